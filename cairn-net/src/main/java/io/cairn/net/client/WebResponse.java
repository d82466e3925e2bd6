// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.client;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpProtocol;

/** Another server's answer, whatever its status. Do not modify the body. */
public final class WebResponse {
  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;
  private final HttpProtocol protocol;

  WebResponse(int status, HttpHeaders headers, byte[] body, HttpProtocol protocol) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.protocol = protocol;
  }

  /** Returns the status code. */
  public int status() {
    return status;
  }

  /** Returns the fields. */
  public HttpHeaders headers() {
    return headers;
  }

  /** Returns the body as it was sent; empty when there is none. */
  public byte[] body() {
    return body;
  }

  /** Returns the protocol that was spoken. */
  public HttpProtocol protocol() {
    return protocol;
  }

  @Override
  public String toString() {
    return status + " (" + body.length + " bytes)";
  }
}
