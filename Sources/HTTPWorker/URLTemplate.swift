import Kernel
import SagaModel

/// A URL with expressions behind its host. What they give is percent-encoded, so that it stays one part of the URL.
struct URLTemplate: Sendable, Equatable {
    let parts: [Template.Part]

    func text(_ scope: RecordScope) throws(ExpressionError) -> String {
        var url = ""
        for part in parts {
            switch part {
            case .text(let text): url += text
            case .expression:
                let value = try Template.text([part]).evaluate(scope).stringValue ?? ""
                // A service would see another path: `/seats/` or the folder above.
                if !url.contains("?"), ["", ".", ".."].contains(value) {
                    throw ExpressionError("'\(value)' cannot be a part of the URL's path")
                }
                url += PercentEncoding.encode(value)
            }
        }
        return url
    }
}

enum PercentEncoding {
    /// All but letters, digits, `-`, `.`, `_` and `~`.
    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        let hex = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
