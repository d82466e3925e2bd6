// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts a new host in the place of a dead member, in the order that never leaves fewer copies than
 * there are: the new one joins as a learner and is brought up to date, votes if the dead one did,
 * and only then is the dead one removed. Each step looks first whether it was done before, so the
 * command may be given again.
 */
final class Replacement {
  private static final String JOIN =
      "com:vmware:xenon:services:common:NodeGroupService:JoinPeerRequest";
  private static final long PAUSE_MILLIS = 500;

  private final RequestCommand requests;
  private final StandardStreams streams;
  private final Wish wish;
  private final CompletableFuture<Boolean> timeIsUp;

  /**
   * What is wanted.
   *
   * @param group the group's path
   * @param dead the member to be replaced
   * @param by the new host's URL
   * @param seconds how long it may take
   */
  record Wish(String group, String dead, String by, int seconds) {
    Wish {
      while (by.endsWith("/")) {
        by = by.substring(0, by.length() - 1);
      }
      if (!by.matches("https?://.+")) {
        throw CommandFailure.usage("--by takes a URL such as http://h4:8000, not '" + by + "'");
      }
    }
  }

  Replacement(RequestCommand requests, StandardStreams streams, Wish wish) {
    this.requests = requests;
    this.streams = streams;
    this.wish = wish;
    this.timeIsUp =
        new CompletableFuture<Boolean>().completeOnTimeout(true, wish.seconds(), TimeUnit.SECONDS);
  }

  /** Does it; returns the exit code. */
  int run() {
    JsonNode group = get(wish.group());
    JsonNode dead = group.path("nodes").path(wish.dead());
    String fresh = get(wish.by() + wish.group()).path("documentOwner").asString("");
    boolean joined = group.path("nodes").has(fresh);
    if (dead.isMissingNode()) {
      throw CommandFailure.refused(
          "node %s is no member of %s%s"
              .formatted(
                  wish.dead(),
                  wish.group(),
                  joined ? "; " + fresh + " is: nothing is left to do" : ""));
    }
    String status = dead.path("status").asString("");
    if (status.equals("AVAILABLE") || status.equals("SYNCHRONIZING")) {
      throw CommandFailure.refused(
          "node %s is %s; stop it before it is replaced".formatted(wish.dead(), status));
    }
    if (fresh.isEmpty() || fresh.equals(wish.dead())) {
      throw CommandFailure.refused(
          "the host at %s is node '%s'; it needs an id of its own".formatted(wish.by(), fresh));
    }
    if (!joined) {
      join(group, dead);
    }
    awaitJoined(fresh, dead);
    remove();
    streams.out().println(wish.dead() + " is replaced by " + fresh);
    return ExitCode.OK;
  }

  private void join(JsonNode group, JsonNode dead) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("kind", JOIN);
    body.put("memberGroupReference", living(group));
    body.set("localNodeOptions", dead.path("options"));
    require(requests.exchange(new RequestDocument("POST", wish.by() + wish.group(), body)));
    streams.out().println(wish.by() + " joins " + wish.group());
  }

  /**
   * Returns where the group is reached by its members, which may be elsewhere than by this client.
   */
  private static String living(JsonNode group) {
    JsonNode asked = group.path("nodes").path(group.path("documentOwner").asString(""));
    return asked.path("groupReference").asString("");
  }

  private void awaitJoined(String fresh, JsonNode dead) {
    String last = "";
    while (true) {
      JsonNode node = get(wish.group()).path("nodes").path(fresh);
      String status = node.path("status").asString("not a member yet");
      if (status.equals("AVAILABLE")) {
        keepRole(fresh, node, dead);
        return;
      }
      if (!status.equals(last)) {
        streams.out().println(fresh + " is " + status);
        last = status;
      }
      JsonNode failure = node.isMissingNode() ? lastJoinFailure() : null;
      pause(
          "%s is %s%s; %s was not removed"
              .formatted(
                  fresh,
                  status,
                  failure == null ? "" : " (" + failure.asString("") + ")",
                  wish.dead()));
    }
  }

  private @Nullable JsonNode lastJoinFailure() {
    JsonNode failure = get(wish.by() + wish.group()).path("lastJoinFailure");
    return failure.isString() ? failure : null;
  }

  /** The new node may have joined before by itself, as what it was told. */
  private void keepRole(String fresh, JsonNode node, JsonNode dead) {
    if (!node.path("options").equals(dead.path("options"))) {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.set("options", dead.path("options"));
      require(requests.exchange(new RequestDocument("PATCH", wish.group() + "/" + fresh, body)));
    }
  }

  private void remove() {
    String path = wish.group() + "/" + wish.dead();
    while (true) {
      HostAnswer answer = requests.exchange(new RequestDocument("DELETE", path, null));
      if (answer.isSuccess() || answer.status() == 404) {
        return;
      }
      if (answer.status() != 503) {
        require(answer);
      }
      pause("%s is up to date, but %s could not be removed".formatted(wish.by(), wish.dead()));
    }
  }

  private void pause(String late) {
    if (timeIsUp.isDone()) {
      throw CommandFailure.refused(
          "not done after %d s: %s. Give the command again to go on"
              .formatted(wish.seconds(), late));
    }
    try {
      timeIsUp.get(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException _) {
      // There is time left.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.refused("interrupted: " + late);
    }
  }

  private JsonNode get(String path) {
    return require(requests.exchange(new RequestDocument("GET", path, null)))
        .json()
        .orElseThrow(
            () ->
                CommandFailure.refused(
                    "%s answered with something else than JSON".formatted(path)));
  }

  private static HostAnswer require(HostAnswer answer) {
    if (!answer.isSuccess()) {
      String message = answer.json().map(json -> json.path("message").asString("")).orElse("");
      throw CommandFailure.refused("answered with %d: %s".formatted(answer.status(), message));
    }
    return answer;
  }
}
