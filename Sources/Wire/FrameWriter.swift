/// Writes one frame, word after word.
struct FrameWriter {
    private var bytes: [UInt8] = []

    init(_ verb: String, _ id: WireID?, bodyCount: Int) {
        bytes.reserveCapacity(256 + bodyCount)
        bytes.append(contentsOf: Frame.version.utf8)
        bytes.append(0x20)
        Word.write(verb, to: &bytes)
        bytes.append(0x20)
        bytes.append(contentsOf: (id?.raw ?? "-").utf8)
    }

    /// Nil is written `-`.
    mutating func word(_ text: String?) {
        bytes.append(0x20)
        if let text { Word.write(text, to: &bytes) } else { bytes.append(UInt8(ascii: "-")) }
    }

    mutating func header(_ name: String, _ value: String) {
        bytes.append(0x20)
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: "="))
        Word.write(value, to: &bytes)
    }

    /// Passes on what others sent along with a task. What would make the line too long to be read is left out: the words of
    /// the task come first.
    mutating func pass(_ headers: [Header]) {
        for one in headers where !Header.taskNames.contains(one.name) {
            let end = bytes.count
            header(one.name, one.value)
            if bytes.count > WireLimits.header { bytes.removeLast(bytes.count - end) }
        }
    }

    consuming func finished(body: some Collection<UInt8>) -> [UInt8] {
        bytes.append(0x0A)
        bytes.append(contentsOf: body)
        return bytes
    }
}
