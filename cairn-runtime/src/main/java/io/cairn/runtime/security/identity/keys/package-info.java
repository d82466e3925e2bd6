// SPDX-License-Identifier: Apache-2.0
/** API keys: what programs prove themselves with, limited to what each key is for. */
@NullMarked
package io.cairn.runtime.security.identity.keys;

import org.jspecify.annotations.NullMarked;
