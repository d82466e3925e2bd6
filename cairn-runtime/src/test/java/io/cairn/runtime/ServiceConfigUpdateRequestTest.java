// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceConfigUpdateRequest;
import io.cairn.service.ServiceMaintenanceRequest;
import io.cairn.service.ServiceMaintenanceRequest.MaintenanceReason;
import io.cairn.service.Utils;
import java.util.EnumSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ServiceConfigUpdateRequestTest {

  private static ServiceConfigUpdateRequest with(Consumer<ServiceConfigUpdateRequest> change) {
    ServiceConfigUpdateRequest request = ServiceConfigUpdateRequest.create();
    change.accept(request);
    return request;
  }

  private static void refused(Consumer<ServiceConfigUpdateRequest> change, String because) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(change).validate())
        .withMessageContaining(because);
  }

  @Test
  void requestThatAsksForSomethingIsAccepted() {
    assertThatCode(() -> with(r -> r.operationQueueLimit = 5).validate())
        .doesNotThrowAnyException();
    assertThatCode(
            () -> with(r -> r.addOptions = EnumSet.of(ServiceOption.INSTRUMENTATION)).validate())
        .doesNotThrowAnyException();
    assertThatCode(
            () ->
                with(r -> {
                      r.versionRetentionLimit = 10L;
                      r.versionRetentionFloor = 10L;
                    })
                    .validate())
        .doesNotThrowAnyException();
  }

  @Test
  void impossibleRequestsAreRefused() {
    refused(r -> {}, "at least one field");
    refused(r -> r.kind = null, "kind");
    refused(r -> r.operationQueueLimit = 0, "operationQueueLimit");
    refused(r -> r.versionRetentionLimit = 0L, "versionRetentionLimit");
    refused(r -> r.versionRetentionFloor = 1L, "versionRetentionFloor");
    refused(
        r -> {
          r.versionRetentionLimit = 4L;
          r.versionRetentionFloor = 5L;
        },
        "versionRetentionFloor");
    refused(r -> r.maintenanceIntervalMicros = -1L, "maintenanceIntervalMicros");
  }

  @Test
  void requestIsReadFromJson() {
    ServiceConfigUpdateRequest request =
        Utils.fromJson(
            "{\"kind\":\"com:vmware:xenon:common:ServiceConfigUpdateRequest\","
                + "\"addOptions\":[\"INSTRUMENTATION\"],\"operationQueueLimit\":7}",
            ServiceConfigUpdateRequest.class);

    request.validate();
    assertThat(request.addOptions).containsExactly(ServiceOption.INSTRUMENTATION);
    assertThat(request.operationQueueLimit).isEqualTo(7);
  }

  @Test
  void maintenanceRequestSaysWhy() {
    ServiceMaintenanceRequest request =
        ServiceMaintenanceRequest.create(MaintenanceReason.NODE_GROUP_CHANGE);

    String json = Utils.toJson(request);

    assertThat(json)
        .contains("\"reasons\":[\"NODE_GROUP_CHANGE\"]")
        .contains("com:vmware:xenon:common:ServiceMaintenanceRequest");
  }
}
