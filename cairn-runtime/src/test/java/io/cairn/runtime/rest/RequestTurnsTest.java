// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.runtime.quotas.PartyNames;
import io.cairn.runtime.quotas.RequestIntake;
import io.cairn.runtime.quotas.RequestShares;
import io.cairn.runtime.quotas.Tenants;
import io.cairn.runtime.security.Subject;
import io.cairn.service.failure.LimitExceeded;
import io.cairn.service.state.RequestRateInfo.Option;
import io.cairn.service.state.RequestRates;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A request that fails on its way gives its share back, and has an answer. */
class RequestTurnsTest {

  private final List<Integer> answers = new ArrayList<>();

  private HttpExchange exchange() {
    return (HttpExchange)
        Proxy.newProxyInstance(
            HttpExchange.class.getClassLoader(),
            new Class<?>[] {HttpExchange.class},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "respond" -> {
                    answers.add(((HttpResponse) arguments[0]).status());
                    yield null;
                  }
                  case "request" ->
                      new HttpRequest("GET", "/a", "here", HttpHeaders.empty(), new byte[0]);
                  case "remoteAddress" -> new InetSocketAddress("192.0.2.1", 1);
                  case "isAbandoned" -> false;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  /** Nobody is limited but by the requests under way. */
  private static RequestTurns oneAtATime() {
    Tenants none =
        (Tenants)
            Proxy.newProxyInstance(
                Tenants.class.getClassLoader(),
                new Class<?>[] {Tenants.class},
                (self, method, arguments) -> false);
    return new RequestTurns(
        new RequestIntake(
            new RequestIntake.Settings(0, Option.FAIL), new RequestRates(), none, null),
        new RequestShares(1, PartyNames::of));
  }

  @Test
  void whatFailsHasAnAnswerAndMakesRoom() {
    RequestTurns turns = oneAtATime();
    for (int i = 0; i < 2; i++) {
      turns.take(
          exchange(),
          null,
          counted -> {
            throw new IllegalStateException("on its way");
          });
      turns.take(
          exchange(),
          null,
          counted -> {
            throw LimitExceeded.forNow(1, "too many of something");
          });
    }
    assertThat(answers).containsExactly(500, 429, 500, 429);

    turns.take(exchange(), null, counted -> {});
    turns.take(exchange(), null, counted -> {});
    assertThat(answers).as("one is under way").endsWith(429, 503);
  }

  @Test
  void strangersOfOneNetworkAreOneParty() throws Exception {
    assertThat(party("2001:db8:1:2::1")).isEqualTo(party("2001:db8:1:2:ffff::9"));
    assertThat(party("2001:db8:1:3::1")).isNotEqualTo(party("2001:db8:1:2::1"));
    assertThat(party("192.0.2.1")).endsWith("192.0.2.1").isNotEqualTo(party("192.0.2.2"));
  }

  private static String party(String address) throws UnknownHostException {
    return PartyNames.of(Subject.GUEST, new InetSocketAddress(InetAddress.getByName(address), 1));
  }
}
