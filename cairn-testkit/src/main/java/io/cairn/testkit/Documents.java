// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.document.DocumentJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The documents of one factory as a client of the host sees them, over HTTP: created, read, changed
 * and found as objects of the type that the service has. A name can stand for a link. Each method
 * throws {@link RefusedRequest} if the host does not do it. Thread-safe.
 *
 * <p>Unlike {@code ServiceCalls}, it sends each request once and keeps what came back: a test sees
 * the 503 that a caller would not, with the body and the log.
 *
 * @param <T> the state, a record or a class
 */
public final class Documents<T> {

  private final HttpProbe http;
  private final String path;
  private final Class<T> type;
  private final Supplier<String> log;

  Documents(HttpProbe http, String path, Class<T> type, Supplier<String> log) {
    this.http = http;
    this.path = path;
    this.type = type;
    this.log = log;
  }

  /**
   * Creates a document under a name of the host's choice; returns its link.
   *
   * @param body its state, or what the service makes it of ({@code onCreate(Body.class, ..)})
   */
  public String create(Object body) {
    return created(tree(body));
  }

  /** Creates a document under a name; returns its link. */
  public String create(String name, Object body) {
    return created(tree(body).put("documentSelfLink", name));
  }

  private String created(ObjectNode body) {
    JsonNode link = send("POST", path, body).json().get("documentSelfLink");
    if (link == null) {
      throw new AssertionError("the answer to POST %s has no documentSelfLink".formatted(path));
    }
    return link.asString();
  }

  /** The state of a document. */
  public T get(String nameOrLink) {
    return send("GET", link(nameOrLink), null).as(type);
  }

  /** The state of a document; empty if there is none, or none any more. */
  public Optional<T> find(String nameOrLink) {
    Answer answer = answer("GET", link(nameOrLink), null);
    return answer.status() == 404
        ? Optional.empty()
        : Optional.of(checked("GET", link(nameOrLink), null, answer).as(type));
  }

  /** Replaces the state by a PUT; returns the new one. */
  public T replace(String nameOrLink, T state) {
    return send("PUT", link(nameOrLink), tree(state)).as(type);
  }

  /**
   * Changes some fields by a PATCH; returns the new state.
   *
   * @param fields an object or a map with those fields alone
   */
  public T patch(String nameOrLink, Object fields) {
    return send("PATCH", link(nameOrLink), tree(fields)).as(type);
  }

  /** Posts a command that the service declares with {@code on}; returns the new state. */
  public T send(String nameOrLink, Object command) {
    ObjectNode body = tree(command).put("kind", command.getClass().getSimpleName());
    return send("POST", link(nameOrLink), body).as(type);
  }

  /** Deletes a document. */
  public void delete(String nameOrLink) {
    var _ = send("DELETE", link(nameOrLink), null);
  }

  /** All documents, in the order of their links. */
  public List<T> all() {
    return query("$orderby=documentSelfLink");
  }

  /** The documents that a filter finds, such as {@code status eq 'OPEN'}, in the order of links. */
  public List<T> where(String filter) {
    return query(
        "$orderby=documentSelfLink&$filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8));
  }

  private List<T> query(String parameters) {
    List<T> found = new ArrayList<>();
    String next = path + "?expand&" + parameters;
    while (next != null) {
      JsonNode page = send("GET", next, null).json();
      JsonNode documents = page.path("documents");
      for (JsonNode link : page.path("documentLinks")) {
        found.add(DocumentJson.standard().convert(documents.get(link.asString()), type));
      }
      JsonNode following = page.get("nextPageLink");
      next = following == null || following.isNull() ? null : following.asString();
    }
    return found;
  }

  private String link(String nameOrLink) {
    return nameOrLink.startsWith("/") ? nameOrLink : path + "/" + nameOrLink;
  }

  private static ObjectNode tree(Object value) {
    if (DocumentJson.standard().toTree(value) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException(value + " is no JSON object");
  }

  private Answer send(String method, String target, @Nullable ObjectNode body) {
    String text = body == null ? null : body.toString();
    return checked(method, target, text, answer(method, target, text));
  }

  private Answer checked(String method, String target, @Nullable String body, Answer answer) {
    if (answer.isSuccess()) {
      return answer;
    }
    throw new RefusedRequest(method, target, body, answer, log.get());
  }

  private Answer answer(String method, String target, @Nullable String body) {
    try {
      return http.send(method, target, body);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "No answer to %s %s: %s%s".formatted(method, target, e, log.get()), e);
    }
  }
}
