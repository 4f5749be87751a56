import Glibc

/// Files and the environment.
enum Surroundings {
    struct Failure: Error, CustomStringConvertible { let description: String }

    /// Bytes of a configuration, and some: what is longer is refused by its reader.
    private static let largest = 1 << 20

    /// Where the server is, most likely: as for every other command, with what the configuration says before the guess.
    static func endpoint(_ configured: String?) -> String {
        if let text = getenv("SKALD_ENDPOINT").map({ String(cString: $0) }), !text.isEmpty { return text }
        if let configured { return configured }
        var status = stat()
        let isSocket = stat("skald-data/skald.sock", &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
        return isSocket ? "ipc://skald-data/skald.sock" : "tcp://127.0.0.1:7117"
    }

    /// As for the programs of curl and OpenSSL; libcurl itself does not look.
    static var authorities: String? { getenv("SSL_CERT_FILE").map { String(cString: $0) } }

    static func file(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(description: String(cString: strerror(errno))) }
        defer { if path != "-" { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= largest {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Failure(description: String(cString: strerror(errno))) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
