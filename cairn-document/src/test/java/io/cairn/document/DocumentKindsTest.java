// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.query.QueryTask;
import org.junit.jupiter.api.Test;

class DocumentKindsTest {
  static class Nested {}

  @Test
  void derivesTheKindFromTheCanonicalName() {
    assertThat(new DocumentKinds().kindOf(Nested.class))
        .isEqualTo("io:cairn:document:DocumentKindsTest:Nested");
  }

  @Test
  void prefersTheAnnotationToWhatWasRegisteredToTheName() {
    DocumentKinds kinds = new DocumentKinds();
    kinds.register(Nested.class, "my:Kind");
    kinds.register(QueryTask.class, "my:Query");
    assertThat(kinds.kindOf(Nested.class)).isEqualTo("my:Kind");
    assertThat(kinds.kindOf(QueryTask.class))
        .isEqualTo("com:vmware:xenon:services:common:QueryTask");
    assertThat(kinds.typeOf("my:Kind")).contains(Nested.class);
    assertThat(kinds.typeOf("my:Query")).contains(QueryTask.class);
    assertThat(kinds.typeOf("unknown")).isEmpty();
  }

  @Test
  void ownTypesCarryTheKindsThatClientsKnow() {
    DocumentKinds kinds = new DocumentKinds();
    assertThat(kinds.kindOf(TaskState.class)).isEqualTo("com:vmware:xenon:common:TaskState");
    assertThat(kinds.kindOf(ServiceErrorResponse.class))
        .isEqualTo(new ServiceErrorResponse().documentKind)
        .isEqualTo("com:vmware:xenon:common:ServiceErrorResponse");
    assertThat(kinds.kindOf(ServiceDocumentQueryResult.class))
        .isEqualTo("com:vmware:xenon:common:ServiceDocumentQueryResult");
  }
}
