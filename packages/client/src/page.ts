/** The page around the client; Node has none. */
export interface Page {
  /** The base of relative URLs. */
  readonly url: string | undefined;
  /** Whether the browser reports no network. */
  isOffline(): boolean;
  /**
   * Reports when the page becomes visible or is online again (`awake`), and when it goes offline (`offline`);
   * returns a function that stops it.
   */
  onSignal(listener: (signal: 'awake' | 'offline') => void): () => void;
}

/** The globals of a page; each is missing in some runtime. */
interface PageGlobals extends Partial<Listenable> {
  readonly location?: { readonly href: string };
  readonly navigator?: { readonly onLine?: boolean };
  readonly document?: Listenable & { readonly visibilityState: string };
}

interface Listenable {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** Reads the globals of a browser; missing ones report nothing. */
export function createPage(scope: object = globalThis): Page {
  // Each global may be missing, so any object is valid.
  const globals = scope as PageGlobals;
  const { location, navigator, document } = globals;
  return {
    url: location?.href,
    isOffline: () => navigator?.onLine === false,
    onSignal(listener) {
      const online = () => listener('awake');
      const offline = () => listener('offline');
      const visibility = () => {
        if (document?.visibilityState === 'visible') listener('awake');
      };
      globals.addEventListener?.('online', online);
      globals.addEventListener?.('offline', offline);
      document?.addEventListener('visibilitychange', visibility);
      return () => {
        globals.removeEventListener?.('online', online);
        globals.removeEventListener?.('offline', offline);
        document?.removeEventListener('visibilitychange', visibility);
      };
    },
  };
}
