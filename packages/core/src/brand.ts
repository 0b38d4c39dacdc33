type AnyClass = abstract new (...args: never[]) => object;

/**
 * Makes `instanceof` take an object of another copy of its class for one of this copy: a process may load a package
 * twice, as where a loader makes CommonJS of what a module requires.
 *
 * Subclasses are told apart as always.
 */
export function brand(type: AnyClass, name: string): void {
  const key = Symbol.for(`restmapper.${name}`);
  Object.defineProperty(type.prototype, key, { value: true });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this as AnyClass, value);
      return typeof value === 'object' && value !== null && key in value;
    },
  });
}
