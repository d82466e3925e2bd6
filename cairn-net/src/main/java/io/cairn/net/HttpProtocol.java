// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

/** The version of HTTP that a request arrived with. */
public enum HttpProtocol {
  /** HTTP/1.0. */
  HTTP_1_0,
  /** HTTP/1.1. */
  HTTP_1_1,
  /** HTTP/2, over TLS or in clear text. */
  HTTP_2
}
