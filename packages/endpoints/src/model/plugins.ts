/** Plugins that handlers look up by name. */
export interface PluginGroup {
  readonly name: string;
  /** Those that the file names. */
  readonly modules: readonly PluginModule[];
  /** The folders whose modules are plugins too, named after their files; absolute. */
  readonly folders: readonly string[];
  /** What has changed since the process started; absent if nothing has. */
  readonly changes?: PluginChanges;
}

/** One plugin; the path is absolute. */
export interface PluginModule {
  readonly name: string;
  readonly path: string;
}

/** What has changed in a group since the process started. */
export interface PluginChanges {
  /** The modules that its folders have now, by path; absent if they have the same. */
  readonly found?: readonly string[];
  /** The revisions of modules whose code has changed, by path. */
  readonly revisions: Readonly<Record<string, number>>;
}
