import CCurl

/// One request under way: owns its easy handle, which points back at it. For the thread of the loop.
final class Transfer {
    let handle: UnsafeMutableRawPointer
    let continuation: TransferPost.Continuation
    private var lines: UnsafeMutablePointer<curl_slist>?
    private let complaint: UnsafeMutablePointer<CChar>
    private var headers: [HTTPHeader] = []
    private var headerBytes = 0
    /// The empty line behind the headers has come: libcurl takes a connection that ends before it for the end of an answer.
    private var isHeadWhole = false
    private var body: [UInt8] = []
    private var isCut = false

    /// Nil without memory.
    init?(_ request: HTTPRequest, _ authorities: String?, _ continuation: TransferPost.Continuation) {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        self.continuation = continuation
        complaint = .allocate(capacity: Int(CURL_ERROR_SIZE))
        complaint.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        prepare(request)
        if let authorities { set(CURLOPT_CAINFO, authorities) }
        listen()
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(lines)
        complaint.deallocate()
    }

    private func set(_ option: CURLoption, _ value: Int) { _ = skald_curl_set_long(handle, option, value) }
    private func set(_ option: CURLoption, _ value: String) { _ = skald_curl_set_text(handle, option, value) }

    private func prepare(_ request: HTTPRequest) {
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        // HTTP/2 would send a refused stream again by itself, whatever the request is.
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // A broken connection that is used again makes libcurl send again, a fresh one does not.
        set(CURLOPT_FRESH_CONNECT, request.isRepeatable || request.method.isSafe ? 0 : 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        let milliseconds = max(1, Int(request.timeout / .milliseconds(1)))
        set(CURLOPT_TIMEOUT_MS, milliseconds)
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
        prepareBody(request)
        // Else libcurl waits for a word of the server before it sends a large body, and names a type nobody gave.
        var all = request.headers.map(\.line) + ["Expect:"]
        if request.headers.value("content-type") == nil { all.append("Content-Type:") }
        for line in all { lines = curl_slist_append(lines, line) ?? lines }
        _ = skald_curl_set_pointer(handle, CURLOPT_HTTPHEADER, lines)
    }

    private func prepareBody(_ request: HTTPRequest) {
        switch request.method {
        case .get: set(CURLOPT_HTTPGET, 1)
        case .head: set(CURLOPT_NOBODY, 1)
        case .delete where request.body == nil: set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        default:
            let body = request.body ?? []
            set(CURLOPT_POST, 1)
            set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
            _ = skald_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            _ = body.withUnsafeBytes { bytes in
                var none: UInt8 = 0
                return withUnsafeMutableBytes(of: &none) { empty in
                    let start = bytes.baseAddress.map { UnsafeMutableRawPointer(mutating: $0) } ?? empty.baseAddress
                    return skald_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, start)
                }
            }
        }
    }

    private func listen() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = skald_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, complaint)
        _ = skald_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        _ = skald_curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
        _ = skald_curl_set_sink(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            Transfer.of(context).takeLine(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        _ = skald_curl_set_sink(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Transfer.of(context).take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer {
        guard let context else { preconditionFailure("libcurl calls with the context it was given") }
        return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// False ends the transfer.
    private func takeLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= HTTPLimits.headers else { return false }
        // Another response: the one before was a word in between (1xx).
        if bytes.starts(with: "HTTP/".utf8) { (headers, isHeadWhole) = ([], false) }
        if bytes.elementsEqual("\r\n".utf8) || bytes.elementsEqual("\n".utf8) { isHeadWhole = true }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return true }
        let value = String(decoding: bytes[(colon + 1)...], as: UTF8.self)
        headers.append(HTTPHeader(String(decoding: bytes[..<colon], as: UTF8.self).lowercased(), value.withoutSpaceAround))
        return true
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= HTTPLimits.body else {
            isCut = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    private var wasSent: Bool {
        var bytes = 0
        return skald_curl_get_long(handle, CURLINFO_REQUEST_SIZE, &bytes) != CURLE_OK || bytes > 0
    }

    var cancelled: Result<HTTPResponse, HTTPFailure> {
        .failure(HTTPFailure(wasSent: wasSent, HTTPFailure.cancelled))
    }

    /// What became of it, once libcurl has said how it ended.
    func outcome(_ code: CURLcode) -> Result<HTTPResponse, HTTPFailure> {
        guard code == CURLE_OK || isCut else {
            let said = complaint[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: complaint)
            return .failure(HTTPFailure(wasSent: wasSent, said))
        }
        guard isHeadWhole else { return .failure(HTTPFailure(wasSent: wasSent, "the answer ended within its headers")) }
        var status = 0
        _ = skald_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        var seconds: curl_off_t = 0
        _ = skald_curl_get_size(handle, CURLINFO_RETRY_AFTER, &seconds)
        let isTold = headers.contains { $0.name == "retry-after" }
        var response = HTTPResponse(
            status: status, headers: headers, body: body, isCut: isCut, retryAfter: isTold ? .seconds(max(0, seconds)) : nil)
        var microseconds: curl_off_t = 0
        _ = skald_curl_get_size(handle, CURLINFO_TOTAL_TIME_T, &microseconds)
        response.duration = .microseconds(microseconds)
        var url: UnsafeMutablePointer<CChar>?
        if skald_curl_get_text(handle, CURLINFO_REDIRECT_URL, &url) == CURLE_OK, let url {
            response.redirect = String(cString: url)
        }
        return .success(response)
    }
}

extension String {
    fileprivate var withoutSpaceAround: String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        let front = utf8.drop(while: isSpace)
        return String(decoding: front.reversed().drop(while: isSpace).reversed(), as: UTF8.self)
    }
}
