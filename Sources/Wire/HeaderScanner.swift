/// Cuts a header line into words, in one pass over borrowed bytes.
///
///     SKALD1 command 0190… account alice - deposit x-who=me ⏎ {…}
///     └──┬─┘ └──┬──┘                               └───┬──┘   └─ bodyStart
///      word   word                       word with `equals`
///
/// Checks what concerns words alone: one space between them, printable ASCII, a line of bounded length.
struct HeaderScanner {
    struct Token {
        let range: Range<Int>
        /// Offset of the first raw `=`, which makes it a header.
        let equals: Int?
        let isEncoded: Bool
    }

    let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var isAtEnd = false
    /// The first byte behind the header line; valid once `next` has given nil.
    private(set) var bodyStart = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next word, or nil behind the last one.
    mutating func next() throws(Fault) -> Token? {
        if isAtEnd { return nil }
        let start = offset
        var (equals, isEncoded): (Int?, Bool) = (nil, false)
        let limit = min(bytes.count, WireLimits.header)
        scan: while true {
            while offset + 8 <= limit {
                let plain = Word.plainBytes(in: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                offset += plain
                if plain < 8 { break }
            }
            guard offset < limit else { break }
            let byte = bytes[offset]
            switch byte {
            case UInt8(ascii: " "): break scan
            case 0x0A: break scan
            case UInt8(ascii: "="): equals = equals ?? offset
            case UInt8(ascii: "%"): isEncoded = true
            default: guard Word.isPrintable(byte) else { throw unprintable(byte) }
            }
            offset += 1
        }
        let end = offset
        try step()
        guard end > start else {
            throw .malformed("an empty word at byte \(start) of the header; words are separated by one space")
        }
        return Token(range: start..<end, equals: equals, isEncoded: isEncoded)
    }

    /// Steps over what ended a word: a space, the newline, or the end of the frame.
    private mutating func step() throws(Fault) {
        guard offset < bytes.count else {
            bodyStart = offset
            isAtEnd = true
            return
        }
        let byte = bytes[offset]
        guard byte == 0x0A || offset < WireLimits.header else {
            throw .malformed("the header line is longer than \(WireLimits.header) bytes")
        }
        offset += 1
        guard byte == 0x0A else { return }
        bodyStart = offset
        isAtEnd = true
    }

    private func unprintable(_ byte: UInt8) -> Fault {
        let hex = (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        let advice = byte < 0x20 || byte == 0x7F ? ", a control character" : "; write it as %\(hex)"
        return .malformed("byte \(offset) of the header is 0x\(hex)\(advice)")
    }

    /// The bytes of a part of the header, as they stand; they are ASCII.
    func raw(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    /// The text of a part of the header, decoded.
    func text(_ range: Range<Int>, isEncoded: Bool) throws(Fault) -> String {
        isEncoded ? try Word.decode(UnsafeRawBufferPointer(rebasing: bytes[range])) : raw(range)
    }

    /// Whether the frame begins with these ASCII bytes.
    func begins(_ word: StaticString) -> Bool {
        bytes.count >= word.utf8CodeUnitCount && matches(0..<word.utf8CodeUnitCount, word)
    }

    /// Whether a part of the header is exactly these ASCII bytes.
    func matches(_ range: Range<Int>, _ word: StaticString) -> Bool {
        word.withUTF8Buffer { expected in
            range.count == expected.count && expected.indices.allSatisfy { bytes[range.lowerBound + $0] == expected[$0] }
        }
    }
}
