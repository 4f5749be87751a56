import CCrypto
import Kernel

/// SHA-256 (FIPS 180-4), by libcrypto, which uses what the processor has for it.
public struct SHA256 {
    public static let byteCount = 32

    private var context = SHA256_CTX()

    public init() { SHA256_Init(&context) }

    @inline(__always)
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        SHA256_Update(&context, base, bytes.count)
    }

    public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// Writes the 32 bytes of the digest. What follows needs a new value.
    @inline(__always)
    public mutating func finish(into digest: UnsafeMutableRawPointer) {
        SHA256_Final(digest.assumingMemoryBound(to: UInt8.self), &context)
    }

    /// The 32 bytes of the digest, or so many of them. What follows needs a new value.
    public mutating func finish(first count: Int = SHA256.byteCount) -> [UInt8] {
        precondition(count <= SHA256.byteCount, "a digest has \(SHA256.byteCount) bytes")
        return [UInt8](upTo: SHA256.byteCount) { buffer in
            if let base = buffer.baseAddress { finish(into: base) }
            return count
        }
    }

    public static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }
}
