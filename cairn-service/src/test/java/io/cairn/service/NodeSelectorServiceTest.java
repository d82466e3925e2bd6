// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.nodes.NodeSelectorService.SelectOwnerResponse;
import java.net.URI;
import org.junit.jupiter.api.Test;

class NodeSelectorServiceTest {

  @Test
  void pathOnTheOwnerStaysThereWhateverItLooksLike() {
    SelectOwnerResponse response = new SelectOwnerResponse();
    response.ownerNodeGroupReference = URI.create("http://h:8000/core/node-groups/default");

    assertThat(SelectOwnerResponse.buildUriToOwner(response, "core/examples/1", null))
        .hasToString("http://h:8000/core/examples/1");
    assertThat(SelectOwnerResponse.buildUriToOwner(response, "//elsewhere/core", null))
        .hasToString("http://h:8000/elsewhere/core");
    assertThat(SelectOwnerResponse.buildUriToOwner(response, "/core/examples", "$filter=a eq 'b'"))
        .hasToString("http://h:8000/core/examples?$filter=a%20eq%20'b'");
  }
}
