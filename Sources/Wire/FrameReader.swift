import Kernel

/// Builds a `Frame` from the words of a header line, and remembers whom to answer should a later word be wrong.
struct FrameReader {
    private var scanner: HeaderScanner
    /// See `FrameError.replyID`.
    private(set) var replyID: String?

    init(_ bytes: UnsafeRawBufferPointer) { scanner = HeaderScanner(bytes) }

    mutating func frame() throws(Fault) -> Frame {
        try version()
        let verb = try verb()
        let id = try id()
        var words: [String?] = []
        var headers = HeaderList()
        while let token = try scanner.next() {
            if let equals = token.equals {
                try headers.append(header(token, equals))
            } else {
                guard headers.isEmpty else { throw .malformed("a plain word stands behind the headers; headers come last") }
                words.append(scanner.matches(token.range, "-") ? nil : try scanner.text(token.range, isEncoded: token.isEncoded))
            }
        }
        let body = scanner.bodyStart..<scanner.bytes.count
        return Frame(verb: verb, id: id, words: words, headers: headers.list, body: body)
    }

    private mutating func version() throws(Fault) {
        guard let token = try scanner.next() else { throw .malformed("the header is empty") }
        guard scanner.matches(token.range, "SKALD1") else {
            replyID = "-"
            throw Fault(
                .unsupportedVersion, "the first word must be \(Frame.version); nothing else is spoken here",
                ["spoken": [.string(Frame.version)]])
        }
    }

    private mutating func verb() throws(Fault) -> String {
        guard let token = try scanner.next(), token.equals == nil else { throw .malformed("the verb is missing") }
        return try scanner.text(token.range, isEncoded: token.isEncoded)
    }

    private mutating func id() throws(Fault) -> WireID? {
        guard let token = try scanner.next(), token.equals == nil else { throw .malformed("the id is missing") }
        if scanner.matches(token.range, "-") {
            replyID = "-"
            return nil
        }
        guard token.range.count <= WireLimits.rawID else { throw .malformed("the id is longer than \(WireLimits.id) bytes") }
        let text = try scanner.text(token.range, isEncoded: token.isEncoded)
        let raw = token.isEncoded ? scanner.raw(token.range) : text
        replyID = raw
        if let problem = WireID.problem(with: text) { throw .malformed(problem) }
        return WireID(text: text, raw: raw)
    }

    /// A header, or nil when its value is `-`, which means none.
    private func header(_ token: HeaderScanner.Token, _ equals: Int) throws(Fault) -> (name: String, value: String?) {
        let name = scanner.raw(token.range.lowerBound..<equals)
        let range = equals + 1..<token.range.upperBound
        guard Header.isAllowed(name) else { throw .malformed(unknown(name)) }
        guard !scanner.bytes[range].contains(UInt8(ascii: "=")) else {
            throw .malformed("the value of the header '\(name)' holds a raw '='; write it as %3D")
        }
        if scanner.matches(range, "-") { return (name, nil) }
        let value = try scanner.text(range, isEncoded: token.isEncoded)
        guard !value.isEmpty else { throw .malformed("the header '\(name)' has no value; leave it out, or write '-'") }
        if name == "deadline_ms", Int64(value) == nil || !value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            throw .malformed("the header 'deadline_ms' must be a whole number of milliseconds")
        }
        return (name, value)
    }

    private func unknown(_ name: String) -> String {
        let names = "'\(Header.knownNames.joined(separator: "', '"))'"
        return
            "unknown header '\(name.prefix(64))'; known are \(names), and your own as 'x-' and lower-case letters, digits and '-'"
    }
}

/// Headers in the order they came, each name once.
private struct HeaderList {
    private(set) var list: [Header] = []
    private var names: Set<String> = []

    var isEmpty: Bool { names.isEmpty }

    mutating func append(_ header: (name: String, value: String?)) throws(Fault) {
        guard names.insert(header.name).inserted else { throw .malformed("the header '\(header.name)' is repeated") }
        if let value = header.value { list.append(Header(header.name, value)) }
    }
}
