import Glibc

/// Reading files with the system's own calls, bounded by `Limits.inputBytes`.
enum Files {
    /// The whole of a file; `-` is standard input.
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        if path == "-" { return try read(STDIN_FILENO, name: "standard input") }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .io("cannot read \(Plain.text(path)): \(String(cString: strerror(errno)))", next: "check the path")
        }
        defer { close(descriptor) }
        return try read(descriptor, name: Plain.text(path))
    }

    static func isSocket(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Writes all of it, however often the pipe takes only a part; a reader that has gone away ends the writing. Returns the
    /// system's word for why it could not, if so.
    static func write(_ text: String, to descriptor: Int32) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return errno == EPIPE ? nil : String(cString: strerror(errno)) }
                rest = rest.dropFirst(count)
            }
            return nil
        }
    }

    private static func read(_ descriptor: Int32, name: String) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .io("cannot read \(name): \(String(cString: strerror(errno)))") }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= Limits.inputBytes else {
                throw .io("\(name) holds more than \(Limits.inputBytes >> 20) MiB", next: "send less, or send it in parts")
            }
        }
    }
}
