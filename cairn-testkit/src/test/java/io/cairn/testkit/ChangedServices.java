// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cairn.document.schema.IncompatibleSchemaException;
import io.cairn.service.DocumentService;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;

/**
 * A host that goes on with other versions of the service of its orders, each on the data before.
 */
abstract class ChangedServices {
  static final String ORDERS = "/orders";

  HostSetup services = host -> {};
  TestHost host;

  @BeforeEach
  void startEmpty() {
    host =
        TestHost.builder()
            .arguments(arguments -> arguments.partitions = 2)
            .services(started -> services.startServices(started))
            .start();
  }

  @AfterEach
  void stop() {
    host.close();
  }

  static <S> DocumentService<S> orders(Class<S> type) {
    return DocumentService.of(type).persistent().replicated().at(ORDERS);
  }

  /** Goes on with another version of the application. */
  void runs(DocumentService<?> version) {
    runs(it -> it.start(version));
  }

  void runs(HostSetup version) {
    services = version;
    host.restart();
  }

  String refusalOf(DocumentService<?> version) {
    return refusalOf(it -> it.start(version));
  }

  String refusalOf(HostSetup version) {
    services = version;
    host.stop();
    Throwable refused = catchThrowable(() -> host.start());
    assertThat(refused).isInstanceOf(IncompatibleSchemaException.class);
    return refused.getMessage();
  }

  void create(String id, String body) throws IOException {
    String named = body.replaceFirst("\\{", "{\"documentSelfLink\": \"" + id + "\", ");
    assertThat(host.http().post(ORDERS, named).status()).isEqualTo(200);
  }

  JsonNode get(String id) throws IOException {
    Answer answer = host.http().get(ORDERS + "/" + id);
    assertThat(answer.status()).as(answer::toString).isEqualTo(200);
    return answer.json();
  }

  Answer merge(String id, String body) throws IOException {
    return host.http().patch(ORDERS + "/" + id, body);
  }

  /** The links that a filter finds, sorted. */
  List<String> found(String filter) throws IOException {
    return listed("$filter", filter).stream().sorted().toList();
  }

  /** The links of a listing with one parameter, in its order. */
  List<String> listed(String parameter, String value) throws IOException {
    JsonNode listing =
        host.http()
            .get(ORDERS + "?" + parameter + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8))
            .json();
    return listing.get("documentLinks").valueStream().map(JsonNode::asString).toList();
  }
}
