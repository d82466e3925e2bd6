// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A request that was received whole. Immutable and safe for use by any thread, provided that nobody
 * writes to the body's array.
 */
public final class HttpRequest {
  public static final byte[] NO_BODY = new byte[0];

  private final String method;
  private final String path;
  private final @Nullable String query;
  private final @Nullable String authority;
  private final HttpHeaders headers;
  private final byte[] body;

  /**
   * Makes a request.
   *
   * @param target path and query as they were sent: {@code /path?query}
   * @param authority host and port that the request is for, or null when it named none
   * @param body an empty array when there is none; not copied
   */
  public HttpRequest(
      String method, String target, @Nullable String authority, HttpHeaders headers, byte[] body) {
    this.method = requireNonNull(method);
    int mark = target.indexOf('?');
    this.path = mark < 0 ? target : target.substring(0, mark);
    this.query = mark < 0 ? null : target.substring(mark + 1);
    this.authority = authority;
    this.headers = requireNonNull(headers);
    this.body = requireNonNull(body);
  }

  private HttpRequest(HttpRequest original, byte[] body) {
    this.method = original.method;
    this.path = original.path;
    this.query = original.query;
    this.authority = original.authority;
    this.headers = original.headers;
    this.body = body;
  }

  /** Returns the verb as it was sent, for example {@code PATCH}. */
  public String method() {
    return method;
  }

  /**
   * Returns the path as it was sent, percent-encoding and all; it begins with a slash or is {@code
   * *}.
   */
  public String path() {
    return path;
  }

  /**
   * Returns what followed the question mark, still encoded; null when there was no question mark.
   */
  public @Nullable String query() {
    return query;
  }

  /** Returns the host and port that the client addressed, or null when it named none. */
  public @Nullable String authority() {
    return authority;
  }

  /** Returns the fields. */
  public HttpHeaders headers() {
    return headers;
  }

  /**
   * Returns the body, decompressed if it came compressed; empty when there is none. Do not modify.
   */
  public byte[] body() {
    return body;
  }

  public HttpRequest withBody(byte[] newBody) {
    return new HttpRequest(this, newBody);
  }

  @Override
  public String toString() {
    return method + " " + path + (query == null ? "" : "?" + query);
  }
}
