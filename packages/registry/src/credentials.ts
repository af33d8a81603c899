/** How to prove who we are, as an entry of a docker config has it. Without any of them: anonymous. */
export interface RegistryCredentials {
  readonly username?: string;
  readonly password?: string;
  /** Base64 of user and password, sent when either is empty. */
  readonly auth?: string;
  /** Exchanged for tokens. */
  readonly identityToken?: string;
  /** Sent as it is. */
  readonly registryToken?: string;
}

/** The Authorization header for basic authentication, `undefined` without credentials for it. */
export function basicAuthorization({
  username = '',
  password = '',
  auth = '',
}: RegistryCredentials): string | undefined {
  if (username !== '' && password !== '') return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return auth === '' ? undefined : `Basic ${auth}`;
}

/** Texts that must not be seen in a message; shorter ones would be found in ordinary words. */
export function secretTexts(credentials: RegistryCredentials): string[] {
  const { password, auth, identityToken, registryToken } = credentials;
  const basic = basicAuthorization(credentials)?.slice('Basic '.length);
  return [password, auth, identityToken, registryToken, basic].filter(
    (text): text is string => text !== undefined && text.length > 5,
  );
}
