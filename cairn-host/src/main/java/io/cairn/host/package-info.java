// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.cairn.host;

import org.jspecify.annotations.NullMarked;
