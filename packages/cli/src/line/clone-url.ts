import { CodeCommitClient, GetRepositoryCommand } from '@aws-sdk/client-codecommit'
import { type Connection, client } from '../cloud/cloud.ts'

/** Asked of CodeCommit: the base stack's output is what it was when the stack was made, and a twin may have another port since. */
export async function cloneUrl(connection: Connection, repositoryName: string): Promise<string> {
  const { repositoryMetadata } = await client(CodeCommitClient, connection).send(
    new GetRepositoryCommand({ repositoryName }),
  )
  return repositoryMetadata?.cloneUrlHttp ?? ''
}
