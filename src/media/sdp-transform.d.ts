// The two calls of sdp-transform we use, typed as what they are to us: outside data.
declare module 'sdp-transform' {
  const sdpTransform: {
    parse(sdp: string): unknown
    write(session: object): string
  }
  // biome-ignore lint/style/noDefaultExport: the package is CommonJS and exports one object.
  export default sdpTransform
}
