// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import static java.util.Objects.requireNonNull;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * An answer: status, fields and body. Immutable; the body's array is not copied, so nobody may
 * write to it afterwards. Length, connection and date fields are the server's business: those given
 * here are not sent, except that {@code connection: close} makes the server close an HTTP/1
 * connection.
 */
public final class HttpResponse {
  private static final HttpHeaders JSON = HttpHeaders.of("content-type", "application/json");

  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;

  private HttpResponse(int status, HttpHeaders headers, byte[] body) {
    if (status < 200 || status > 999) {
      throw new IllegalArgumentException("not a final status: " + status);
    }
    this.status = status;
    this.headers = requireNonNull(headers);
    this.body = requireNonNull(body);
  }

  /** Returns an answer with the given fields and body. */
  public static HttpResponse of(int status, HttpHeaders headers, byte[] body) {
    return new HttpResponse(status, headers, body);
  }

  /** Returns an answer whose body is JSON. */
  public static HttpResponse json(int status, byte[] body) {
    return new HttpResponse(status, JSON, body);
  }

  /** Returns an answer without fields and body. */
  public static HttpResponse empty(int status) {
    return new HttpResponse(status, HttpHeaders.empty(), HttpRequest.NO_BODY);
  }

  /** Returns this answer with one more field. */
  public HttpResponse with(String name, String value) {
    return new HttpResponse(status, headers.with(name, value), body);
  }

  /** Returns the status code, 200 to 999. */
  public int status() {
    return status;
  }

  /** Returns the words that belong to the status, such as {@code Not Found}. */
  public String reason() {
    return HttpResponseStatus.valueOf(status).reasonPhrase();
  }

  /** Returns the fields. */
  public HttpHeaders headers() {
    return headers;
  }

  /** Returns the body. Do not modify. */
  public byte[] body() {
    return body;
  }

  /** Statuses whose answers end with the header section. */
  public boolean forbidsBody() {
    return status == 204 || status == 304;
  }

  public ListHeaders listHeaders() {
    return ListHeaders.of(headers);
  }

  @Override
  public String toString() {
    return status + " (" + body.length + " bytes)";
  }
}
