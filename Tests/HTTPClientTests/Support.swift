import Glibc
import Threads

/// A socket on the loopback that answers each connection with the next of some texts, and keeps what came. Without texts it
/// listens and never answers.
final class CannedServer: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let thread: OwnedThread?

    init(_ texts: [String], isListening: Bool = true) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        precondition(bound, "the loopback has no port")
        if isListening { listen(descriptor, 8) }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
        thread = texts.isEmpty ? nil : try OwnedThread("canned") { Self.answer(texts, descriptor) }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    var url: String { "http://127.0.0.1:\(port)/" }

    private static func answer(_ texts: [String], _ descriptor: Int32) {
        for text in texts {
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else { return }
            var bytes = [UInt8](repeating: 0, count: 64 << 10)
            _ = read(connection, &bytes, bytes.count)
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
            }
            close(connection)
        }
    }
}
