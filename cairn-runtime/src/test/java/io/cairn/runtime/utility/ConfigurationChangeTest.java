// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.ServiceDocument;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceConfigUpdateRequest;
import io.cairn.service.StatefulService;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConfigurationChangeTest {
  private static StatefulService service(ServiceOption... options) {
    StatefulService service = new StatefulService(ServiceDocument.class);
    for (ServiceOption option : options) {
      service.toggleOption(option, true);
    }
    return service;
  }

  private static ServiceConfigUpdateRequest request() {
    return ServiceConfigUpdateRequest.create();
  }

  private static void check(ServiceConfigUpdateRequest request, StatefulService service) {
    ConfigurationChange.check(request, service, 4);
  }

  @Test
  void anImmutableServiceKeepsNoVersions() {
    ServiceConfigUpdateRequest request = request();
    request.versionRetentionLimit = 10L;
    assertThatCode(() -> check(request, service(ServiceOption.PERSISTENCE)))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> check(request, service(ServiceOption.PERSISTENCE, ServiceOption.IMMUTABLE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("IMMUTABLE");
  }

  @Test
  void theEpochOnlyGrows() {
    ServiceConfigUpdateRequest request = request();
    request.epoch = 4L;
    assertThatThrownBy(() -> check(request, service())).hasMessageContaining("greater than 4");
    request.epoch = 5L;
    assertThatCode(() -> check(request, service())).doesNotThrowAnyException();
  }

  @Test
  void aRequestNeedsItsKindAndAField() {
    assertThatThrownBy(() -> check(request(), service())).hasMessageContaining("at least one");
    ServiceConfigUpdateRequest untyped = new ServiceConfigUpdateRequest();
    untyped.epoch = 9L;
    assertThatThrownBy(() -> check(untyped, service())).hasMessageContaining("kind");
  }

  @ParameterizedTest
  @EnumSource(
      value = ServiceOption.class,
      names = {
        "HTML_USER_INTERFACE",
        "DOCUMENT_OWNER",
        "PERIODIC_MAINTENANCE",
        "INSTRUMENTATION",
        "TRANSACTION_PENDING"
      })
  void someOptionsMayBeSwitched(ServiceOption option) {
    ServiceConfigUpdateRequest request = request();
    request.addOptions = EnumSet.of(option);
    assertThatCode(() -> check(request, service())).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(
      value = ServiceOption.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "HTML_USER_INTERFACE",
        "DOCUMENT_OWNER",
        "PERIODIC_MAINTENANCE",
        "INSTRUMENTATION",
        "TRANSACTION_PENDING"
      })
  void theOthersAreFixedOnceTheServiceHasStarted(ServiceOption option) {
    ServiceConfigUpdateRequest request = request();
    request.removeOptions = EnumSet.of(option);
    assertThatThrownBy(() -> check(request, service()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(option.name());
  }

  @Test
  void aSelectorNeedsReplication() {
    ServiceConfigUpdateRequest request = request();
    request.peerNodeSelectorPath = "/core/node-selectors/default";
    assertThatThrownBy(() -> check(request, service())).hasMessageContaining("REPLICATION");
    assertThatCode(() -> check(request, service(ServiceOption.REPLICATION)))
        .doesNotThrowAnyException();
  }
}
