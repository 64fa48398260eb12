// What we construct of drachtio-fsmrf and its event socket client; all they give back is outside data.
declare module 'drachtio-fsmrf' {
  const Mrf: new (srf: object) => object
  // biome-ignore lint/style/noDefaultExport: the package is CommonJS and exports one class.
  export default Mrf
}
declare module 'drachtio-fsmrf/lib/mediaserver.js' {
  const MediaServer: new (
    connection: object,
    mrf: object,
    listenAddress: string,
    listenPort: number,
    advertisedAddress: string,
    advertisedPort: number | undefined,
    profile: string,
  ) => object
  // biome-ignore lint/style/noDefaultExport: the package is CommonJS and exports one class.
  export default MediaServer
}
declare module 'drachtio-modesl' {
  const esl: {
    readonly Connection: new (host: string, port: number, secret: string, onReady: () => void) => object
  }
  // biome-ignore lint/style/noDefaultExport: the package is CommonJS and exports one object.
  export default esl
}
