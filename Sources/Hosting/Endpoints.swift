/// What may be listened on.
enum Endpoints {
    private static let prefixes = ["tcp://127.", "tcp://localhost:", "tcp://[::1]:"]

    static func check(_ options: ServeOptions) throws(ServeFailure) {
        for endpoint in options.bound {
            if endpoint.hasPrefix("ipc://") {
                let path = endpoint.dropFirst(6)
                guard path.utf8.count <= 107 else {
                    throw .configuration(
                        "\(endpoint): a socket's path has at most 107 bytes, this one \(path.utf8.count); give a shorter --bind")
                }
            } else if endpoint.hasPrefix("tcp://") {
                guard options.isInsecure || prefixes.contains(where: endpoint.hasPrefix) else {
                    throw .configuration(
                        "\(endpoint) can be reached from other machines and anyone there could do anything; "
                            + "bind a loopback address, or add --insecure if the network is trusted")
                }
            } else {
                throw .configuration("'\(endpoint)' is no endpoint; use ipc://PATH or tcp://ADDRESS:PORT")
            }
        }
    }
}
