// Reaching into objects of packages that come without types: every value out of here is unknown until checked.

/** Calls a method. @throws Error when there is none of that name */
export function call(object: unknown, name: string, ...args: readonly unknown[]): unknown {
  const method: unknown = isObject(object) ? Reflect.get(object, name) : undefined
  if (typeof method !== 'function') throw new Error(`there is no method ${name} to call`)
  return Reflect.apply(method, object, args)
}

/** The object at the end of a path of properties, or undefined. */
export function childOf(object: object, ...path: readonly string[]): object | undefined {
  let at: unknown = object
  for (const name of path) {
    if (!isObject(at)) return undefined
    at = Reflect.get(at, name)
  }
  return isObject(at) ? at : undefined
}

/** The property as text; numbers are written out, anything else is ''. */
export function textAt(object: object, name: string): string {
  const value: unknown = Reflect.get(object, name)
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

/** An object, or a function (which is one too). */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
