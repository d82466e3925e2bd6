// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

/** What every connection of a server shares. */
record ServerContext(
    HttpHandler handler,
    HttpLimits limits,
    ErrorBody errorBody,
    int gzipMinBytes,
    DateField date,
    ConnectionRegistry connections) {

  /** Returns the answer to a request that the server itself refuses. */
  HttpResponse error(int status, String message) {
    HttpResponse response = HttpResponse.json(status, errorBody.of(status, message));
    return status == 503 ? response.with("retry-after", "1") : response;
  }
}
