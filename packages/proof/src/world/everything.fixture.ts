/** A template that uses every intrinsic function, by hand. */
export const EVERYTHING = `AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Stage: { Type: String, Default: test }
  Names: { Type: CommaDelimitedList, Default: "one, two ,three" }
  SharedServicesAccountID: { Type: String }
  Trusted: { Type: String }
  Prefix: { Type: String }
Mappings:
  Sizes:
    test: { small: ml.m5.large }
Conditions:
  IsTest: !Equals [!Ref Stage, test]
  IsProduction: !Not [!Condition IsTest]
  Either: !Or [!Condition IsTest, !Condition IsProduction]
  Both: !And [!Condition IsTest, !Condition IsProduction]
  Unknown: !Equals [!Ref Prefix, x]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "\${Prefix}-\${AWS::AccountId}-\${AWS::Region}"
  Topic: { Type: AWS::SNS::Topic }
  Key:
    Type: AWS::KMS::Key
  Absent:
    Type: AWS::SNS::Topic
    Condition: Both
  Perhaps:
    Type: AWS::SNS::Topic
    Condition: Unknown
  Probe:
    Type: AWS::SSM::Parameter
    Properties:
      Name: /probe
      Join: !Join ["-", !Ref Names]
      Select: !Select [1, !Split [",", "a,b"]]
      Sub: !Sub ["\${a}/\${Bucket}/\${Bucket.Arn}/\${!Literal}", { a: !FindInMap [Sizes, !Ref Stage, small] }]
      Missing: !FindInMap [Sizes, other, small, { DefaultValue: none }]
      Attribute: !GetAtt Topic.TopicName
      List: !GetAtt [Key, Arn]
      Base64: { "Fn::Base64": hi }
      Cidr: !Cidr [10.0.0.0/16, 2, 8]
      Zone: !Select [0, !GetAZs ""]
      If: !If [IsTest, yes-it-is, no]
      Else: !If [IsProduction, yes-it-is, no]
      Either: !If [Either, 1, 2]
      NoValue: !If [IsProduction, x, !Ref "AWS::NoValue"]
      Items: [!If [IsProduction, x, !Ref "AWS::NoValue"], y]
      Json: !ToJsonString { a: [1, true] }
      Length: !Length [a, b]
      Partition: !Ref AWS::Partition
      Stack: !Ref AWS::StackName
      Suffix: !Ref AWS::URLSuffix
      Root: !Sub "arn:aws:iam::\${Trusted}:root"
      Zeros: 012345678901
      Version: 2012-10-17
Outputs:
  KeyArn: { Value: !GetAtt Key.Arn, Export: { Name: !Sub "\${AWS::StackName}-key" } }
`
