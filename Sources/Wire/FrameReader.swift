import Kernel

/// Reads a frame from its start, word after word, and remembers whom to answer should a later one be wrong.
///
///     open() → verb, id · word() … word() · finish() → headers, body
struct FrameReader {
    private var scanner: HeaderScanner
    private var verbRange = 0..<0
    private var isFinished = false
    private let author: Header.Author
    private(set) var id: WireID?
    /// See `FrameError.replyID`.
    private(set) var replyID: String?
    /// Plain words read so far.
    private(set) var wordCount = 0
    private(set) var headers: [Header] = []

    init(_ bytes: UnsafeRawBufferPointer, from author: Header.Author = .client) {
        scanner = HeaderScanner(bytes)
        self.author = author
    }

    /// Reads the protocol word, the verb and the id.
    mutating func open() throws(Fault) {
        let version: HeaderScanner.Token?
        do throws(Fault) { version = try scanner.next() } catch { throw scanner.begins("SKALD") ? otherVersion() : error }
        guard let version else { throw .malformed("the header is empty") }
        guard scanner.matches(version.range, "SKALD1") else {
            // Another version of ours is always answered, another protocol when its line is made of words, and noise never.
            while !scanner.begins("SKALD"), try scanner.next() != nil {}
            throw otherVersion()
        }
        guard let verb = try scanner.next(), verb.equals == nil else { throw .malformed("the verb is missing") }
        verbRange = verb.range
        try readID()
    }

    private mutating func otherVersion() -> Fault {
        replyID = "-"
        let message = "the first word must be \(Frame.version); nothing else is spoken here"
        return Fault(.unsupportedVersion, message, ["spoken": [.string(Frame.version)]])
    }

    /// As it stands: verbs are written plainly.
    var verb: String { scanner.raw(verbRange) }

    func isVerb(_ word: StaticString) -> Bool { scanner.matches(verbRange, word) }

    private mutating func readID() throws(Fault) {
        guard let token = try scanner.next(), token.equals == nil else { throw .malformed("the id is missing") }
        let text = try scanner.text(token.range, isEncoded: token.isEncoded)
        let raw = token.isEncoded ? scanner.raw(token.range) : text
        // Readable, so whoever sent it hears of it under their own word, even one that is not allowed.
        replyID = raw
        if raw == "-" { return }
        if let problem = WireID.problem(with: text) { throw .malformed(problem) }
        id = WireID(text: text, encoded: token.isEncoded ? raw : nil)
    }

    /// The next plain word; nil for `-` and behind the last one (`wordCount` tells them apart). Reads the headers when it
    /// comes to them.
    mutating func word() throws(Fault) -> String? {
        guard !isFinished, let token = try scanner.next() else {
            isFinished = true
            return nil
        }
        if let equals = token.equals {
            isFinished = true
            try readHeaders(token, equals)
            return nil
        }
        wordCount += 1
        return scanner.matches(token.range, "-") ? nil : try scanner.text(token.range, isEncoded: token.isEncoded)
    }

    /// Reads, checks and counts what is left of the header line.
    mutating func finish() throws(Fault) {
        while !isFinished { _ = try word() }
    }

    /// Where the body lies; valid when finished.
    var body: Range<Int> { scanner.bodyStart..<scanner.bytes.count }

    private mutating func readHeaders(_ first: HeaderScanner.Token, _ equals: Int) throws(Fault) {
        var names: Set<String> = []
        var (token, equals) = (first, equals)
        while true {
            let name = scanner.raw(token.range.lowerBound..<equals)
            guard Header.isAllowed(name, from: author) else { throw .malformed(Header.refusal(name)) }
            guard names.insert(name).inserted else { throw .malformed("the header '\(name)' is repeated") }
            if let value = try headerValue(name, equals + 1..<token.range.upperBound, token.isEncoded) {
                headers.append(Header(name, value))
            }
            guard let next = try scanner.next() else { return }
            guard let place = next.equals else { throw .malformed("a plain word stands behind the headers; headers come last") }
            (token, equals) = (next, place)
        }
    }

    /// Nil for `-`: the header was not given.
    private func headerValue(_ name: String, _ range: Range<Int>, _ isEncoded: Bool) throws(Fault) -> String? {
        guard !scanner.bytes[range].contains(UInt8(ascii: "=")) else {
            throw .malformed("the value of the header '\(name)' holds a raw '='; write it as %3D")
        }
        if scanner.matches(range, "-") { return nil }
        let value = try scanner.text(range, isEncoded: isEncoded)
        guard !value.isEmpty else { throw .malformed("the header '\(name)' has no value; leave it out, or write '-'") }
        if name == "deadline_ms", Int64(value) == nil || !value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            throw .malformed("the header 'deadline_ms' must be a whole number of milliseconds")
        }
        return value
    }
}
