/** The live client for browsers and Node. */
export type { Clock } from './clock.ts';
export { connectLive } from './connect-live.ts';
export type { ConnectLiveOptions, Live } from './connect-live.ts';
export type { CredentialHeaders, LiveState, Token } from './live-socket.ts';
export { LiveError } from './live-error.ts';
export type { LiveGap, LiveMessage } from './live-message.ts';
export type { Page } from './page.ts';
export type { LiveReady, LiveSubscription, SubscribeOptions } from './subscription.ts';
export type { Socket, SocketEvent, WebSocketConstructor } from './web-socket.ts';
