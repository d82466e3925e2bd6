// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.DocumentJson;
import io.cairn.query.QueryFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltInRoleTest {

  private static final String TENANT = "/core/tenants/one";

  @Test
  void aRoleOfATenantReachesItsDocumentsAndNoOthers() {
    assertThat(reaches("/core/examples/a", TENANT)).isTrue();
    assertThat(reaches("/core/examples/a", "/core/tenants/two")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/core/auth/credentials/administrator",
        "/core/authz/roles/mine",
        "/core/authz/users/jane@corp",
        "/core/authz/api-keys/a",
        "/core/tenants/one"
      })
  void itReachesNoAccountThatNamesTheTenant(String link) {
    assertThat(reaches(link, TENANT)).isFalse();
  }

  private static boolean reaches(String link, String tenant) {
    String document =
        "{\"documentSelfLink\":\"%s\",\"tenantLinks\":[\"%s\"]}".formatted(link, tenant);
    return QueryFilter.create(BuiltInRole.ofTenant(TENANT))
        .evaluateAsIndexed(DocumentJson.standard().readTree(document), null);
  }
}
