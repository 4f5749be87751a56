/// One content frame, cut into its parts:
///
///     SKALD1 <verb> <id> <word>… <name>=<value>… ⏎ body
///
/// The same for either direction. What a verb's words mean is for `ClientMessage` and `ServerReply` to say.
public struct Frame: Sendable, Equatable {
    /// The word every frame begins with.
    public static let version = "SKALD1"

    public let verb: String
    /// Nil for `-`.
    public let id: WireID?
    /// Decoded; nil for `-`.
    public let words: [String?]
    public let headers: [Header]
    /// Where the body lies in the bytes that were parsed. Empty stands for `{}`.
    public let body: Range<Int>

    public init(verb: String, id: WireID?, words: [String?] = [], headers: [Header] = [], body: Range<Int> = 0..<0) {
        self.verb = verb
        self.id = id
        self.words = words
        self.headers = headers
        self.body = body
    }

    /// Reads one frame without copying its body. The size of the frame is the caller's to bound.
    public static func parse(_ bytes: UnsafeRawBufferPointer) throws(FrameError) -> Frame {
        guard !bytes.isEmpty else { throw .empty }
        var reader = FrameReader(bytes)
        do throws(Fault) {
            try reader.open()
            var words: [String?] = []
            while true {
                let word = try reader.word()
                guard reader.wordCount > words.count else { break }
                words.append(word)
            }
            return Frame(verb: reader.verb, id: reader.id, words: words, headers: reader.headers, body: reader.body)
        } catch {
            throw FrameError(error, replyID: reader.replyID)
        }
    }

    public static func parse(_ bytes: [UInt8]) throws(FrameError) -> Frame {
        try bytes.withUnsafeBufferPointer { (buffer) throws(FrameError) in try parse(UnsafeRawBufferPointer(buffer)) }
    }

    /// The header line with its newline and `body` behind it: what `parse` reads.
    public func encoded(body: some Collection<UInt8>) -> [UInt8] {
        var writer = FrameWriter(verb, id, bodyCount: body.count)
        for word in words { writer.word(word) }
        for header in headers { writer.header(header.name, header.value) }
        return writer.finished(body: body)
    }
}
