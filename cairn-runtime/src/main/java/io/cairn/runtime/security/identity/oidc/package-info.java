// SPDX-License-Identifier: Apache-2.0
/** Users whom another server knows: tokens of an OpenID Connect issuer. */
@NullMarked
package io.cairn.runtime.security.identity.oidc;

import org.jspecify.annotations.NullMarked;
