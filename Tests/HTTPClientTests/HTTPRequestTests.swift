import Testing

@testable import HTTPClient

@Suite struct HTTPRequestTests {
    private func response(_ status: Int, to url: String, after duration: Duration = .seconds(1)) -> HTTPResponse {
        var response = HTTPResponse(status: status)
        (response.redirect, response.duration) = (url, duration)
        return response
    }

    private func next(_ method: HTTPRequest.Method, _ status: Int, _ url: String) -> HTTPRequest? {
        let request = HTTPRequest(method, "https://Shop.example:8443/a", body: [1], timeout: .seconds(3), followsRedirects: true)
        return request.redirected(by: response(status, to: url))
    }

    @Test func `a redirect that repeats the request is followed with the time that is left`() {
        for status in [307, 308] {
            let followed = next(.post, status, "https://shop.example:8443/b?c")
            #expect(followed?.url == "https://shop.example:8443/b?c")
            #expect(followed?.timeout == .seconds(2))
            #expect(followed?.body == [1])
        }
    }

    @Test func `what may have changed something is not asked for anew elsewhere`() {
        for status in [300, 301, 302, 303, 304] { #expect(next(.post, status, "https://shop.example:8443/b") == nil) }
        for status in [301, 302, 303] { #expect(next(.get, status, "https://shop.example:8443/b") != nil) }
    }

    @Test(arguments: [
        "https://shop.example/b", "http://shop.example:8443/b", "https://evil.example:8443/b",
        "https://shop.example:8443@evil.example/", "https://shop.example:84430/", "//", "",
    ])
    func `no header goes to another scheme, host or port`(url: String) {
        #expect(next(.get, 307, url) == nil)
    }

    @Test func `nothing is followed unasked, or when the time is over`() {
        var request = HTTPRequest(.get, "http://a/", timeout: .seconds(1))
        #expect(request.redirected(by: response(307, to: "http://a/b", after: .zero)) == nil)
        request.followsRedirects = true
        #expect(request.redirected(by: response(307, to: "http://a/b", after: .zero)) != nil)
        #expect(request.redirected(by: response(307, to: "http://a/b", after: .seconds(1))) == nil)
        #expect(request.redirected(by: HTTPResponse(status: 307)) == nil)
    }

    @Test func `a header without a value is sent, not removed`() {
        #expect(HTTPHeader("x-a", "").line == "x-a;")
        #expect(HTTPHeader("x-a", "b").line == "x-a: b")
    }
}
