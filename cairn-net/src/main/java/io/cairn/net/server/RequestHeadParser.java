// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static io.cairn.net.server.RequestRefusedException.malformed;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpLimits;
import io.cairn.net.HttpProtocol;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpTokens;
import io.cairn.net.RawHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the request line and the fields of an HTTP/1 request, strictly: whatever RFC 9112 lets a
 * server tolerate and another server might read differently (bare CR or LF, folded lines, blanks
 * before the colon, repeated lengths, a length beside an encoding) is refused, because such
 * differences are what request smuggling lives on. Belongs to one connection and its event loop.
 */
final class RequestHeadParser {
  private static final byte[] VERSION = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);

  private final HttpLimits limits;

  private byte[] bytes = HttpRequest.NO_BODY;
  private int start;
  private int end;
  private int at;

  /** Where the fields lie, see {@link RawHeaders}. */
  private int[] slices = new int[16 * RawHeaders.STRIDE];

  private int used;

  private HttpProtocol protocol = HttpProtocol.HTTP_1_1;
  private @Nullable String host;
  private @Nullable String connection;
  private @Nullable String transferEncoding;
  private @Nullable String expect;
  private @Nullable String upgrade;
  private long contentLength;

  RequestHeadParser(HttpLimits limits) {
    this.limits = limits;
  }

  /** Returns where the bytes of the head that was parsed last end. */
  int position() {
    return at;
  }

  /** Lets go of the bytes that were parsed last. */
  void trim() {
    bytes = HttpRequest.NO_BODY;
  }

  /**
   * Parses the head that begins at {@code from}.
   *
   * @param source never written to again between {@code from} and the end of the head
   * @return the head, or null when it is not complete
   */
  @Nullable RequestHead parse(byte[] source, int from, int to) throws RequestRefusedException {
    reset(source, from, to);
    String method = method();
    String target = method == null ? null : target();
    if (method == null || target == null || !version()) {
      return null;
    }
    int headers = at;
    while (at < end && bytes[at] != '\r') {
      if (!field()) {
        return null;
      }
      if (at - headers > limits.maxHeaderBytes()) {
        throw headersTooLarge();
      }
    }
    if (end - at < 2) {
      return null;
    }
    expectLineFeed(at + 1);
    at += 2;
    return head(method, target);
  }

  private void reset(byte[] source, int from, int to) {
    bytes = source;
    start = from;
    at = from;
    end = to;
    used = 0;
    host = null;
    connection = null;
    transferEncoding = null;
    expect = null;
    upgrade = null;
    contentLength = -1;
  }

  private @Nullable String method() throws RequestRefusedException {
    int from = at;
    while (at < end && HttpTokens.isTokenByte(bytes[at])) {
      at++;
    }
    if (at == end) {
      return null;
    }
    if (bytes[at] != ' ' || at == from) {
      throw malformed("Malformed request line");
    }
    int length = at - from;
    at++;
    return methodName(from, length);
  }

  private String methodName(int from, int length) {
    String known =
        switch (bytes[from]) {
          case 'G' -> "GET";
          case 'D' -> "DELETE";
          case 'H' -> "HEAD";
          case 'O' -> "OPTIONS";
          case 'P' -> length == 3 ? "PUT" : length == 4 ? "POST" : "PATCH";
          default -> "";
        };
    return matches(from, length, known) ? known : text(from, from + length);
  }

  private boolean matches(int from, int length, String word) {
    if (word.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private @Nullable String target() throws RequestRefusedException {
    int from = at;
    while (at < end && bytes[at] > ' ' && bytes[at] != 0x7f && bytes[at] != '#') {
      at++;
    }
    if (at - start > limits.maxInitialLineBytes()) {
      throw uriTooLong();
    }
    if (at == end) {
      return null;
    }
    if (bytes[at] != ' ' || at == from) {
      throw malformed("Malformed request target");
    }
    return text(from, at++);
  }

  private boolean version() throws RequestRefusedException {
    int length = VERSION.length + 3;
    if (end - at < length) {
      return false;
    }
    for (int i = 0; i < VERSION.length; i++) {
      if (bytes[at + i] != VERSION[i]) {
        throw matches(at, 5, "HTTP/") ? unsupportedVersion() : malformed("Malformed request line");
      }
    }
    byte minor = bytes[at + VERSION.length];
    if (minor < '0' || minor > '9' || bytes[at + length - 2] != '\r') {
      throw malformed("Malformed request line");
    }
    if (minor > '1') {
      throw unsupportedVersion();
    }
    protocol = minor == '0' ? HttpProtocol.HTTP_1_0 : HttpProtocol.HTTP_1_1;
    expectLineFeed(at + length - 1);
    at += length;
    if (at - start > limits.maxInitialLineBytes()) {
      throw uriTooLong();
    }
    return true;
  }

  private boolean field() throws RequestRefusedException {
    int nameStart = at;
    while (at < end && HttpTokens.isTokenByte(bytes[at])) {
      at++;
    }
    if (at == end) {
      return false;
    }
    if (bytes[at] != ':' || at == nameStart) {
      throw malformed("Malformed header field name");
    }
    int nameEnd = at++;
    while (at < end && isBlank(bytes[at])) {
      at++;
    }
    int valueStart = at;
    while (at < end && HttpTokens.isValueByte(bytes[at])) {
      at++;
    }
    if (end - at < 2) {
      return false;
    }
    if (bytes[at] != '\r') {
      throw malformed("Forbidden character in a header field");
    }
    expectLineFeed(at + 1);
    int valueEnd = at;
    while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) {
      valueEnd--;
    }
    at += 2;
    remember(nameStart, nameEnd, valueStart, valueEnd);
    return true;
  }

  private void remember(int nameStart, int nameEnd, int valueStart, int valueEnd)
      throws RequestRefusedException {
    if (used == limits.maxHeaderCount() * RawHeaders.STRIDE) {
      throw headersTooLarge();
    }
    if (used == slices.length) {
      slices = Arrays.copyOf(slices, used * 2);
    }
    slices[used++] = nameStart - start;
    slices[used++] = nameEnd - start;
    slices[used++] = valueStart - start;
    slices[used++] = valueEnd - start;
    note(nameStart, nameEnd - nameStart, valueStart, valueEnd);
  }

  /**
   * Keeps the few fields that decide about framing and the connection; the length tells most apart.
   */
  private void note(int name, int length, int from, int to) throws RequestRefusedException {
    switch (length) {
      case 4 -> {
        if (isNamed(name, "host")) {
          host = once("Host", host, from, to);
        }
      }
      case 6 -> {
        if (isNamed(name, "expect")) {
          expect = once("Expect", expect, from, to);
        }
      }
      case 7 -> {
        if (isNamed(name, "upgrade")) {
          upgrade = text(from, to);
        }
      }
      case 10 -> {
        if (isNamed(name, "connection")) {
          connection = connection == null ? text(from, to) : connection + "," + text(from, to);
        }
      }
      case 14 -> {
        if (isNamed(name, "content-length")) {
          length(from, to);
        }
      }
      case 17 -> {
        if (isNamed(name, "transfer-encoding")) {
          transferEncoding = once("Transfer-Encoding", transferEncoding, from, to);
        }
      }
      default -> {}
    }
  }

  private String once(String name, @Nullable String before, int from, int to)
      throws RequestRefusedException {
    if (before != null) {
      throw malformed("More than one " + name + " header field");
    }
    return text(from, to);
  }

  private void length(int from, int to) throws RequestRefusedException {
    if (contentLength >= 0) {
      throw malformed("More than one Content-Length header field");
    }
    // 18 digits cannot overflow a long.
    if (from == to || to - from > 18) {
      throw malformed("Malformed Content-Length");
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw malformed("Malformed Content-Length");
      }
      value = value * 10 + digit;
    }
    contentLength = value;
  }

  private RequestHead head(String method, String target) throws RequestRefusedException {
    String authority = authority();
    String originForm = target;
    if (target.charAt(0) != '/' && !(target.equals("*") && method.equals("OPTIONS"))) {
      int path = AbsoluteTarget.pathStart(target);
      authority = AbsoluteTarget.authority(target, path);
      String rest = target.substring(path);
      originForm = rest.startsWith("/") ? rest : "/" + rest;
    }
    HttpHeaders headers = new RawHeaders(bytes, start, Arrays.copyOf(slices, used));
    HttpRequest request =
        new HttpRequest(method, originForm, authority, headers, HttpRequest.NO_BODY);
    long length = bodyLength();
    return new RequestHead(request, protocol, keepAlive(), length, wish(length));
  }

  private @Nullable String authority() throws RequestRefusedException {
    if (host == null && protocol == HttpProtocol.HTTP_1_1) {
      throw malformed("The Host header field is missing");
    }
    if (host != null && !AbsoluteTarget.isAuthority(host)) {
      throw malformed("Malformed Host header field");
    }
    return host;
  }

  private long bodyLength() throws RequestRefusedException {
    if (transferEncoding == null) {
      return Math.max(0, contentLength);
    }
    if (contentLength >= 0) {
      throw malformed("Both Content-Length and Transfer-Encoding");
    }
    if (protocol == HttpProtocol.HTTP_1_0 || !transferEncoding.equalsIgnoreCase("chunked")) {
      throw malformed("Unsupported Transfer-Encoding");
    }
    return RequestHead.CHUNKED;
  }

  private boolean keepAlive() {
    if (protocol == HttpProtocol.HTTP_1_0) {
      return connection != null && HttpTokens.listHolds(connection, "keep-alive");
    }
    return connection == null || !HttpTokens.listHolds(connection, "close");
  }

  private RequestHead.Wish wish(long length) throws RequestRefusedException {
    if (expect != null && protocol == HttpProtocol.HTTP_1_1) {
      if (!expect.toLowerCase(Locale.ROOT).equals("100-continue")) {
        throw new RequestRefusedException(417, "Unsupported expectation");
      }
      return length == 0 ? RequestHead.Wish.NOTHING : RequestHead.Wish.CONTINUE;
    }
    if (upgrade == null || connection == null || !HttpTokens.listHolds(connection, "upgrade")) {
      return RequestHead.Wish.NOTHING;
    }
    if (HttpTokens.listHolds(upgrade, "h2c")) {
      return RequestHead.Wish.HTTP_2;
    }
    return protocol == HttpProtocol.HTTP_1_1 ? RequestHead.Wish.UPGRADE : RequestHead.Wish.NOTHING;
  }

  private void expectLineFeed(int index) throws RequestRefusedException {
    if (bytes[index] != '\n') {
      throw malformed("A carriage return without line feed");
    }
  }

  private boolean isNamed(int from, String lowerCase) {
    for (int i = 0; i < lowerCase.length(); i++) {
      // Only letters and the hyphen occur in these names, and setting bit 5 changes no hyphen.
      if ((bytes[from + i] | 0x20) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private String text(int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  static RequestRefusedException uriTooLong() {
    return new RequestRefusedException(414, "The request line is too long");
  }

  static RequestRefusedException headersTooLarge() {
    return new RequestRefusedException(431, "The header fields are too large");
  }

  private static RequestRefusedException unsupportedVersion() {
    return new RequestRefusedException(505, "HTTP version not supported");
  }
}
