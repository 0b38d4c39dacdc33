/** What the page around the client says: in Node nothing. */
export interface Page {
  /** What relative URLs are relative to. */
  readonly url: string | undefined;
  /** Whether the browser says that it has no network. */
  isOffline(): boolean;
  /**
   * Tells when the page is seen again or has its network back (`awake`), and when it loses it (`offline`);
   * returns the function that stops it.
   */
  onSignal(listener: (signal: 'awake' | 'offline') => void): () => void;
}

/** The globals of a page; each is missing somewhere. */
interface PageGlobals extends Partial<Listenable> {
  readonly location?: { readonly href: string };
  readonly navigator?: { readonly onLine?: boolean };
  readonly document?: Listenable & { readonly visibilityState: string };
}

interface Listenable {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** Reads the globals of a browser; what is missing there says nothing. */
export function createPage(scope: object = globalThis): Page {
  // Each global may be missing, so any object will do.
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
