// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import io.cairn.benchmarks.load.Requests;
import io.cairn.benchmarks.load.WorkKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks servers single questions, whose time does not matter. Thread-safe. */
public final class HostClient implements AutoCloseable {

  private static final Pattern OWNER = Pattern.compile("\"documentOwner\":\\s*\"([^\"]+)\"");
  private static final JsonMapper JSON = new JsonMapper();
  private static final int SUCCESS = 2;
  private static final Duration ANSWER_TIME = Duration.ofSeconds(3);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  /** Returns what a server answers, or null if that is no success. */
  public @Nullable String get(int port, String target) throws InterruptedException {
    return send(request(port, target).GET().build());
  }

  /** Sends JSON and returns what comes back, or null if that is no success. */
  public @Nullable String send(int port, String method, String target, String json)
      throws InterruptedException {
    return send(sending(port, method, target, json).build());
  }

  /** The same for somebody who has a token. */
  @Nullable String sendAs(String token, int port, String method, String target, String json)
      throws InterruptedException {
    return send(sending(port, method, target, json).header("x-xenon-auth-token", token).build());
  }

  /** Begins a session of a day; returns its token, or null if that is not possible now. */
  @Nullable String logIn(int port, String email, String password) throws InterruptedException {
    String both =
        Base64.getEncoder()
            .encodeToString((email + ':' + password).getBytes(StandardCharsets.UTF_8));
    HttpRequest login =
        sending(port, "POST", "/core/authn/basic", "{\"sessionExpirationSeconds\":86400}")
            .header("authorization", "Basic " + both)
            .build();
    try {
      return client
          .send(login, HttpResponse.BodyHandlers.discarding())
          .headers()
          .firstValue("x-xenon-auth-token")
          .orElse(null);
    } catch (IOException e) {
      return null; // it is down, or has no answer yet
    }
  }

  private static HttpRequest.Builder sending(int port, String method, String target, String json) {
    return request(port, target)
        .header("content-type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofString(json));
  }

  private static HttpRequest.Builder request(int port, String target) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
        .timeout(ANSWER_TIME);
  }

  private @Nullable String send(HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() / 100 == SUCCESS ? answer.body() : null;
    } catch (IOException e) {
      return null; // it is down, or has no answer yet
    }
  }

  /** Returns the id of the host that owns a document, or "" if nobody says. */
  public String owner(int port, String target) throws InterruptedException {
    String document = get(port, target);
    Matcher matcher = OWNER.matcher(document == null ? "" : document);
    return matcher.find() ? matcher.group(1) : "";
  }

  /** Returns the ports of a node group's members by their ids. */
  public Map<String, Integer> members(int port) throws InterruptedException {
    Map<String, Integer> members = new HashMap<>();
    String group = get(port, "/core/node-groups/default");
    if (group != null) {
      for (JsonNode node : JSON.readTree(group).path("nodes")) {
        URI at = URI.create(node.path("groupReference").asString(""));
        members.put(node.path("id").asString(""), at.getPort());
      }
    }
    return members;
  }

  /** Where requests of a kind go: to the owner of the one document, to another, or anywhere. */
  int port(WorkKind work, List<Integer> ports) throws InterruptedException {
    int first = ports.getFirst();
    if (ports.size() == 1 || (work != WorkKind.GET && work != WorkKind.GET_OTHER)) {
      return first;
    }
    int owner = members(first).getOrDefault(owner(first, Requests.HOT), first);
    return work == WorkKind.GET
        ? owner
        : ports.stream().filter(port -> port != owner).findFirst().orElse(first);
  }

  @Override
  public void close() {
    client.close();
  }
}
