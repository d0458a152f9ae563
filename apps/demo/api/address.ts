/** `GET /api/address`: how others find this server. */
export interface ServerAddress {
  /** Its origin in the local network, such as `http://192.168.1.7:4000`; `null` when it listens to this machine only. */
  readonly network: string | null
}
