/**
 * Which requests go past the proxy, by the forms of NO_PROXY that other tools know and the runtime
 * does not: `*` for all, names in capital letters, with a port, and with `*.` before them. Pure.
 *
 * @module
 */

/** Reports whether the value of NO_PROXY names a URL's host, or a domain of it. */
export function isNamedIn(noProxy: string, { protocol, hostname, port }: URL): boolean {
  const host = plain(hostname);
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  return noProxy.toLowerCase().split(/[\s,]+/).some((entry) => {
    if (entry === "*") return true;
    const [, name = "", portOfEntry] = /^(\[.*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
    if (portOfEntry !== undefined && portOfEntry !== ownPort) return false;
    const domain = plain(name).replace(/^\*?\./, "");
    return domain !== "" && (host === domain || host.endsWith(`.${domain}`));
  });
}

/** Returns an IPv6 address without its brackets, and anything else as it is. */
function plain(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}
