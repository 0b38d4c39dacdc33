/** The subset of a WebSocket that the client uses; browsers, Node and the package `ws` provide it. */
export interface Socket {
  send(data: string): void;
  close(): void;
  addEventListener(
    type: 'open' | 'message' | 'close' | 'error',
    listener: (event: SocketEvent) => void,
  ): void;
}

/** An event of any kind: a message has `data`, a close has `code` and `reason`. */
export interface SocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

/** The class of WebSockets in browsers and Node 22, or that of the package `ws`. */
export type WebSocketConstructor = new (url: string, protocols: string[]) => Socket;

/** The WebSocket of this runtime. @throws TypeError if there is none, as in Node before 22. */
export function globalWebSocket(): WebSocketConstructor {
  const { WebSocket } = globalThis as { readonly WebSocket?: WebSocketConstructor };
  if (!WebSocket) throw new TypeError('this runtime has no WebSocket: pass one as an option');
  return WebSocket;
}
