import Glibc
import Hosting

/// What a plain connection to an endpoint meets. ZeroMQ tries again for ever and does not say.
enum Knock: Equatable {
    case opened, refused, denied
    case unknownHost(String)

    /// Blocks for a second at the most, and as long as it takes to look up a name.
    init(_ endpoint: Endpoint) {
        if endpoint.text.hasPrefix("ipc://") {
            self.init(socket: String(endpoint.text.dropFirst("ipc://".count)))
        } else {
            let address = endpoint.text.dropFirst("tcp://".count)
            let colon = address.lastIndex(of: ":") ?? address.endIndex
            self.init(host: address[..<colon].filter { !"[]".contains($0) }, port: String(address[colon...].dropFirst()))
        }
    }

    init(socket path: String) {
        self = Knock(answer: LocalSocket.knock(path))
    }

    private init(answer code: Int32) {
        switch code {
        // A socket of this machine whose queue is full has somebody behind it who does not take.
        case 0, EAGAIN: self = .opened
        case EACCES, EPERM: self = .denied
        default: self = .refused
        }
    }

    private init(host: String, port: String) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, port, &hints, &found) == 0 else {
            self = .unknownHost(host)
            return
        }
        defer { freeaddrinfo(found) }
        self = .refused
        var next = found
        while let info = next?.pointee {
            self = Knock.connect(info.ai_family, info.ai_addr, info.ai_addrlen)
            if self == .opened { return }
            next = info.ai_next
        }
    }

    private static func connect(_ family: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Knock {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { return .refused }
        defer { close(descriptor) }
        var code = Glibc.connect(descriptor, address, length) == 0 ? 0 : errno
        if code == EINPROGRESS {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&waiting, 1, Limits.knock) == 1 else { return .refused }
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        }
        return Knock(answer: code)
    }
}
