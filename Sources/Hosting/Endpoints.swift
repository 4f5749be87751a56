import Glibc

/// What may be listened on.
enum Endpoints {
    /// Before anything is made: what is wrong as it is written.
    static func check(_ options: ServeOptions) throws(ServeFailure) {
        for (index, endpoint) in options.bound.enumerated() {
            guard !options.bound[..<index].contains(endpoint) else {
                throw .configuration("\(endpoint) is given twice with --bind; once is enough")
            }
            if endpoint.hasPrefix("ipc://") {
                let path = endpoint.dropFirst(6)
                guard path.utf8.count <= 107 else {
                    throw .configuration(
                        "\(endpoint): a socket's path has at most 107 bytes, this one \(path.utf8.count); give a shorter --bind")
                }
            } else if let (host, port) = address(endpoint) {
                try check(endpoint, host, port, options)
            } else {
                throw .configuration("'\(endpoint)' is no endpoint; use ipc://PATH or tcp://ADDRESS:PORT")
            }
        }
    }

    private static func check(_ endpoint: String, _ host: String, _ port: String, _ options: ServeOptions) throws(ServeFailure) {
        guard host != "localhost" else {
            throw .configuration("\(endpoint): a server listens on a numeric address, not on a name; use tcp://127.0.0.1:\(port)")
        }
        guard !host.contains(":") else {
            throw .configuration("\(endpoint): a server listens on IPv4 alone; use tcp://127.0.0.1:\(port)")
        }
        guard options.isInsecure || isLoopback(host) else {
            throw .configuration(
                "\(endpoint) can be reached from other machines and anyone there could do anything; "
                    + "use tcp://127.0.0.1:\(port), or add --insecure if the network is trusted")
        }
    }

    /// The socket beside a store that a server before has left there: who finds it would ask nobody. The store's lock is held.
    static func removeAbandoned(_ path: String) {
        var file = stat()
        guard lstat(path, &file) == 0, file.st_mode & S_IFMT == S_IFSOCK, SocketFile.use(of: path) == .abandoned else { return }
        unlink(path)
    }

    /// Right before it is bound: libzmq deletes whatever has the name of its socket.
    static func checkFile(_ endpoint: String) throws(ServeFailure) {
        guard let path = path(endpoint) else { return }
        var file = stat()
        guard lstat(path, &file) == 0 else { return }
        guard file.st_mode & S_IFMT == S_IFSOCK else {
            throw .configuration("\(endpoint): \(path) is there and is no socket; give another path with --bind")
        }
        switch SocketFile.use(of: path) {
        case .abandoned: return
        case .listening:
            throw .unavailable("cannot listen on \(endpoint): a process listens there; stop it, or give another path with --bind")
        case .unknown(let why):
            throw .unavailable(
                "cannot listen on \(endpoint): a socket is there, and whether anybody listens cannot be asked (\(why)); "
                    + "if nobody does, remove it, or give another path with --bind")
        }
    }

    /// The parts of `tcp://HOST:PORT`; nil when it is none.
    static func address(_ endpoint: String) -> (host: String, port: String)? {
        guard endpoint.hasPrefix("tcp://"), let colon = endpoint.lastIndex(of: ":") else { return nil }
        let host = endpoint[..<colon].dropFirst(6)
        let port = endpoint[endpoint.index(after: colon)...]
        guard !host.isEmpty, port == "*" || UInt16(port) != nil else { return nil }
        return (String(host), String(port))
    }

    /// The file of `ipc://PATH`; nil when it has none, as a name of the abstract kind.
    static func path(_ endpoint: String) -> String? {
        guard endpoint.hasPrefix("ipc://"), !endpoint.hasPrefix("ipc://@") else { return nil }
        return String(endpoint.dropFirst(6))
    }

    private static func isLoopback(_ host: String) -> Bool {
        var number = in_addr()
        return host.hasPrefix("127.") && inet_pton(AF_INET, host, &number) == 1
    }
}
