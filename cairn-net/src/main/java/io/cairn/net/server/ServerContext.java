// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.ErrorBody;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpLimits;
import io.cairn.net.HttpResponse;
import io.cairn.net.ListHeaders;
import io.cairn.net.PeerEndpoint;
import io.cairn.net.StandingFields;
import io.cairn.net.server.stream.AnswerCounts;
import org.jspecify.annotations.Nullable;

/**
 * What every connection of a listener shares.
 *
 * @param peers who takes the connections of other nodes; null where they are not served
 */
record ServerContext(
    HttpHandler handler,
    HttpLimits limits,
    BodyBudget bodies,
    UnreadAnswers answers,
    ErrorBody errorBody,
    int gzipMinBytes,
    DateField date,
    Standing standing,
    ConnectionRegistry connections,
    AnswerCounts counts,
    @Nullable Peers peers) {

  /**
   * Who takes the connections of other nodes.
   *
   * @param certified see {@link PeerEndpoint#takeOver}
   */
  record Peers(PeerEndpoint endpoint, boolean certified) {}

  /**
   * What a listener adds to answers.
   *
   * @param each to every one
   * @param unlessGiven to every one that has no field of that name
   */
  record Standing(ListHeaders each, ListHeaders unlessGiven) {

    /** What a listener adds, with TLS or without. */
    static Standing of(StandingFields fields, boolean isTls) {
      return new Standing(fields.each(isTls), ListHeaders.of(fields.unlessGiven()));
    }

    /** How long they are in HTTP/1.1, at most. */
    int bytes() {
      return each.encoded().length + unlessGiven.encoded().length;
    }
  }

  /** Returns what the connections of a listener share that adds this to answers. */
  ServerContext adding(Standing fields) {
    return with(handler, fields, peers);
  }

  /** Returns what the connections of a listener share that serves peers. */
  ServerContext serving(Peers others) {
    return with(handler, standing, others);
  }

  /** Returns what the connections of a listener share that serves nobody but peers. */
  ServerContext servingOnly(@Nullable Peers others) {
    HttpHandler nothing =
        exchange -> exchange.respond(error(404, "Only other nodes are served here"));
    return with(nothing, standing, others);
  }

  private ServerContext with(HttpHandler serves, Standing fields, @Nullable Peers others) {
    return new ServerContext(
        serves,
        limits,
        bodies,
        answers,
        errorBody,
        gzipMinBytes,
        date,
        fields,
        connections,
        counts,
        others);
  }

  /** Returns the answer to a request that the server itself refuses. */
  HttpResponse error(int status, String message) {
    HttpResponse response = HttpResponse.json(status, errorBody.of(status, message));
    return status == 503 ? response.with("retry-after", "1") : response;
  }
}
