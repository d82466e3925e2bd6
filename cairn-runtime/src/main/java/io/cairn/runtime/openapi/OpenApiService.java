// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;

/** Answers with the description of a host's API in OpenAPI 3.1. */
@Needs(read = Access.KNOWN, write = Access.GRANTED)
public final class OpenApiService extends StatelessService {
  private final ApiDocuments documents;

  public OpenApiService(ApiDocuments documents) {
    this.documents = documents;
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.UTILITY, true); // its name is one of those that utilities have
  }

  @Override
  public void handleGet(Operation get) {
    documents.answerHost(get, String.valueOf(getSelfLink()), tree -> tree);
  }
}
