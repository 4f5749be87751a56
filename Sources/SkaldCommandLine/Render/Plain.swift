import Kernel

/// Text from elsewhere made fit for a terminal: a message of a server must never move the cursor.
enum Plain {
    /// The text with control characters and direction marks shown as `\u{…}`.
    static func text(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var clean = ""
        for scalar in text.unicodeScalars {
            if isUnsafe(scalar) { clean += scalar.escaped(asASCII: true) } else { clean.unicodeScalars.append(scalar) }
        }
        return clean
    }

    /// A value in one line, cut at `Limits.inlineCharacters`.
    static func json(_ value: JSON?) -> String {
        guard let value, !value.isNull, value != [:] else { return "" }
        let whole = text(value.text)
        return whole.count <= Limits.inlineCharacters ? whole : whole.prefix(Limits.inlineCharacters - 1) + "…"
    }

    /// A word as an argument to copy into a shell: quoted where it needs it.
    static func argument(_ word: String) -> String {
        let clean = text(word)
        let safe = clean.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "._-/:@%+,=".utf8.contains(byte)
        }
        guard !safe || clean.isEmpty else { return clean }
        let quoted = clean.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
        return "'\(quoted)'"
    }

    /// `2026-11-21 14:02:11Z` from RFC 3339; other text as it is.
    static func time(_ value: JSON?) -> String {
        guard let source = value?.stringValue else { return "" }
        guard let time = Timestamp(source) else { return text(source) }
        let canonical = time.description
        return "\(canonical.prefix(10)) \(canonical.dropFirst(11).prefix(8))Z"
    }

    /// From one time to another in seconds: `0.004 s`; nil when either is missing.
    static func elapsed(from start: JSON?, to end: JSON?) -> String? {
        guard let start = start?.stringValue.flatMap({ Timestamp($0) }), let end = end?.stringValue.flatMap({ Timestamp($0) })
        else { return nil }
        let milliseconds = max(0, end.milliseconds - start.milliseconds)
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction + " s"
    }

    /// A duration in its largest even unit: `90s`, `5m`, `250ms`.
    static func duration(_ milliseconds: Int64) -> String {
        for (unit, size) in [("h", Int64(3_600_000)), ("m", 60_000), ("s", 1000)]
        where milliseconds % size == 0 && milliseconds > 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }

    /// `1 problem`, `2 problems`; `plural` where an `s` does not do.
    static func count(_ number: some BinaryInteger, _ noun: String, plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// A size as people read it: `12.5 MiB`.
    static func bytes(_ count: Int) -> String {
        for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where count >> shift > 0 {
            let tenths = count / (1 << shift) * 10 + count % (1 << shift) * 10 / (1 << shift)
            return "\(tenths / 10).\(tenths % 10) \(unit)"
        }
        return "\(count) B"
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
