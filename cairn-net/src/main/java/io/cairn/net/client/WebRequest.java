// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.client;

import static java.util.Objects.requireNonNull;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import java.net.URI;
import java.time.Duration;

/** A request to another server. Immutable, provided that nobody writes to the body's array. */
public final class WebRequest {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

  private final String method;
  private final URI uri;
  private final HttpHeaders headers;
  private final byte[] body;
  private final Duration timeout;

  private WebRequest(String method, URI uri, HttpHeaders headers, byte[] body, Duration timeout) {
    this.method = requireNonNull(method);
    this.uri = requireNonNull(uri);
    this.headers = requireNonNull(headers);
    this.body = requireNonNull(body);
    this.timeout = requireNonNull(timeout);
  }

  /** Returns a request without fields and body, that waits 60 seconds for its answer. */
  public static WebRequest of(String method, URI uri) {
    return new WebRequest(method, uri, HttpHeaders.empty(), HttpRequest.NO_BODY, DEFAULT_TIMEOUT);
  }

  /** Returns a GET request. */
  public static WebRequest get(URI uri) {
    return of("GET", uri);
  }

  /** Returns this request with another body; every verb may have one. */
  public WebRequest withBody(byte[] newBody) {
    return new WebRequest(method, uri, headers, newBody, timeout);
  }

  /** Returns this request with a JSON body. */
  public WebRequest withJson(byte[] json) {
    return with("content-type", "application/json").withBody(json);
  }

  /** Returns this request with one more field. */
  public WebRequest with(String name, String value) {
    return new WebRequest(method, uri, headers.with(name, value), body, timeout);
  }

  /** Returns this request with another limit for the time until the whole answer is there. */
  public WebRequest withTimeout(Duration newTimeout) {
    return new WebRequest(method, uri, headers, body, newTimeout);
  }

  /** Returns the verb. */
  public String method() {
    return method;
  }

  /** Returns the address. */
  public URI uri() {
    return uri;
  }

  /** Returns the fields. */
  public HttpHeaders headers() {
    return headers;
  }

  /** Returns the body; empty when there is none. */
  public byte[] body() {
    return body;
  }

  /** Returns how long to wait for the whole answer. */
  public Duration timeout() {
    return timeout;
  }

  @Override
  public String toString() {
    return method + " " + uri;
  }
}
